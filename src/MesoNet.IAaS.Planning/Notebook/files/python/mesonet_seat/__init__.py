"""What a MesoNet seat adds to JupyterLab: the notice before it stops, and the answer to whether somebody works in it.

`server` runs in the Jupyter server; `python3 mesonet_seat` (`__main__`) is run beside it, by the operator. Nothing outside the standard
library and jupyter_server is used, and nothing of jupyter_server is imported here, so that asking is quick.
"""


def _jupyter_server_extension_points():
    return [{"module": "mesonet_seat"}]


def _load_jupyter_server_extension(serverapp):
    from .server import load

    load(serverapp)
