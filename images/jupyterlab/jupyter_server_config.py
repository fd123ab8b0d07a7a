"""How JupyterLab behaves in a MesoNet seat. The seat's own values (base URL, token) come from the pod."""

c = get_config()  # noqa: F821  (given by traitlets)

c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 8888
c.ServerApp.open_browser = False
# The home is the student's: what they delete is gone from the quota too.
c.FileContentsManager.delete_to_trash = False
# Nothing is asked of the outside of its own accord (see also labconfig/default_setting_overrides.json).
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# Terminals open in a login shell, so that the locale and the prompt are set.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash", "-l"]}
