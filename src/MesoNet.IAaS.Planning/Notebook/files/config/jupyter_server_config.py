"""Makes mesonet_seat known to this Jupyter server alone. PYTHONPATH and JUPYTER_PATH would be inherited by kernels and terminals, and
would replace what the image sets them to."""

import sys

c = get_config()  # noqa: F821  (given by traitlets)

sys.path.append("/opt/mesonet/python")
c.LabServerApp.extra_labextensions_path.append("/opt/mesonet/share/jupyter/labextensions")
