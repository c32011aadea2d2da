"""What somebody sends with the form of a conversation: words, files or both."""

from __future__ import annotations

import hashlib

from flask import request

from ...shared import http
from ...shared.forms import Form
from ..schemas import WriteMessage

#: What the form calls its files.
FILES = "files"


def read() -> Form:
    """The form of this request, with what `services.send_message` takes as its data.

    The form's hidden `client_id`, its words and the names of its files together name the message: a form that
    is sent twice sends once, and whoever goes back to it may send something else.
    """
    form = Form.read(WriteMessage())
    if form.errors:
        return form
    files = [file for file in request.files.getlist(FILES) if file.filename]
    parts = [form.data["client_id"], form.data["body"], *(str(file.filename) for file in files)]
    name = hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
    form.data |= {"client_id": name, "attachments": files, "kept": http.renew_deadline}
    return form
