"""The supervisor as a program, which `stack` runs by its path; people use `flask servers`.

It loads its modules as a package of another name: `marketplace.operations.embedded` would bring the whole
application into a process that has no use for it, and servers would start when that is loaded.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

package = ModuleType("embedded_servers")
package.__path__ = [str(Path(__file__).parent)]
sys.modules[package.__name__] = package
import_module("embedded_servers.supervisor").main(*sys.argv[1:])
