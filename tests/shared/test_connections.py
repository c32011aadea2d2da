from __future__ import annotations

import mongoengine
import pytest

from app import create_app
from marketplace.shared import transactions
from tests.shared.things import Jar, jars


@pytest.mark.real
@pytest.mark.parametrize("options", ["&w=majority", "&retryWrites=true&w=majority&appName=Cluster0"])
def test_an_address_as_hosts_give_it_takes_transactions(settings, addresses, options):
    app = create_app(settings | addresses | {"MONGODB_URI": addresses["MONGODB_URI"] + options})

    with app.app_context():
        transactions.run(lambda: jars.add(Jar(size=1)))
        stored = [jar.size for jar in jars.all()]
    mongoengine.disconnect_all()

    assert stored == [1]
