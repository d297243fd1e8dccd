#!/usr/bin/env python3
"""Checks what docs/interface.md says of the client part: each function is called beside a real host.

    check_client.py PAGE BUILD LIBRARY PROGRAM

LIBRARY is recorder.c, PROGRAM is client.c.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import interface
from daemon import Daemon

TABLES = ("MI_ApplicationFT", "MI_SessionFT", "MI_OperationFT", "MI_OperationCallbacks", "MI_OperationOptionsFT",
          "MI_DestinationOptionsFT", "MI_SubscriptionDeliveryOptionsFT", "MI_SerializerFT", "MI_DeserializerFT",
          "MI_HostedProviderFT", "MI_UtilitiesFT")
REGISTRATIONS = {
    "recorder": "LIBRARY=recorder\nHOSTING=@requestor@\nCLASS=Test_Recorder\n",
    "link": "LIBRARY=recorder\nHOSTING=@requestor@\nCLASS=Test_Link{Test_Recorder,Test_Recorder}\n",
}


def main():
    page, build, library, program = sys.argv[1:]
    wanted = interface.states(page, *TABLES)
    with Daemon(build, library, REGISTRATIONS) as daemon:
        run = subprocess.run([program, daemon.socket], stdout=subprocess.PIPE, text=True, timeout=120)
        daemon.stop()
        wrong = [f"{program} ended with status {run.returncode}"] if run.returncode else []
        results = interface.read_results(run.stdout.splitlines())
        results.pop("Functions.MI_Application_InitializeV1", None)
        wrong += interface.wrong_results(wanted, results)
        for sentence in wrong:
            print(f"docs/interface.md: {sentence}")
        if wrong:
            print(daemon.log.read_text(encoding="utf-8", errors="replace"))
    print(f"{len(wanted)} functions called, {len(wrong)} things wrong")
    sys.exit(1 if wrong or not wanted else 0)


main()
