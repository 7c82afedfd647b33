# SPDX-License-Identifier: Apache-2.0
"""Runs a command and tells the most memory it took; ends with 1 if that is more than allowed.

peak.py MIB COMMAND ARGUMENT...
"""

import resource
import subprocess
import sys

subprocess.run(sys.argv[2:], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.exit(f"{peak} KiB at its peak") if peak > int(sys.argv[1]) * 1024 else print(peak, "KiB")
