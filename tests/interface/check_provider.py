#!/usr/bin/env python3
"""Checks what docs/interface.md says of providers: a provider in a real agent sees it all happen.

    check_provider.py PAGE BUILD LIBRARY

LIBRARY is recorder.c, which writes down which of its functions were called, and what the functions
of its context returned.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import interface
from daemon import Daemon

NAMESPACE = "root/test"
PATH = {"class": "Test_Recorder", "properties": {"Id": "a"}}
QUERY = {"namespace": NAMESPACE, "dialect": "WQL", "query": "SELECT * FROM Test_Signal"}

HEAD = "LIBRARY=recorder\nHOSTING=@requestor@\n"
REGISTRATIONS = {
    "recorder": HEAD + "CLASS=Test_Recorder\nCLASS=Test_Dynamic\n",
    # Each has its own file, and its own agent: what cannot be registered yet spoils nothing else.
    "link": HEAD + "CLASS=Test_Link{Test_Recorder,Test_Recorder}\n",
    "signal": HEAD + "INDICATIONCLASS=Test_Signal\n",
}


def invoke(method, **more):
    return "mi/invoke", {"namespace": NAMESPACE, "class": "Test_Recorder", "method": method, **more}


def on(method, **params):
    return method, {"namespace": NAMESPACE, **params}


# What makes the host call each function of a provider.
REQUESTS = {
    "MI_ProviderFT.Load": on("mi/getInstance", instance=PATH),
    "MI_ProviderFT.Unload": on("mi/getInstance", instance=PATH),  # and the end of the agent
    "MI_ProviderFT.GetInstance": on("mi/getInstance", instance=PATH),
    "MI_ProviderFT.EnumerateInstances": on("mi/enumerateInstances", **{"class": "Test_Recorder"}),
    "MI_ProviderFT.CreateInstance": on("mi/createInstance", instance=PATH),
    "MI_ProviderFT.ModifyInstance": on("mi/modifyInstance", instance=PATH),
    "MI_ProviderFT.DeleteInstance": on("mi/deleteInstance", instance=PATH),
    "MI_ProviderFT.AssociatorInstances": on("mi/associatorInstances", instance=PATH, associationClass="Test_Link"),
    "MI_ProviderFT.ReferenceInstances": on("mi/referenceInstances", instance=PATH, resultClass="Test_Link"),
    "MI_ProviderFT.EnableIndications": ("mi/subscribe", QUERY),
    "MI_ProviderFT.DisableIndications": ("mi/subscribe", QUERY),
    "MI_ProviderFT.Subscribe": ("mi/subscribe", QUERY),
    "MI_ProviderFT.Unsubscribe": ("mi/subscribe", QUERY),
    "MI_ProviderFT.Invoke": invoke("Call", parameters={"Function": "MI_ServerFT.GetVersion"}),
    "MI_MethodDecl.function": invoke("Direct", parameters={}),
    "MI_Module.Load": on("mi/getInstance", instance=PATH),
    "MI_Module.Unload": on("mi/getInstance", instance=PATH),  # and the end of the agent
    "MI_Module.dynamicProviderFT": on("mi/enumerateInstances", **{"class": "Test_Dynamic"}),
}

OPTIONS = {"text": {"type": "string", "value": "a"}, "number": {"type": "uint32", "value": 1}}


def call(name):
    """The request that has the provider call a function of its context."""
    return invoke("Call", parameters={"Function": name}, options=OPTIONS, locale="en-US",
                  messages=["warning"], workDoneToken="w")


def result_of(answer):
    """The MI_Result of an answer; None for an error that is none of MI's."""
    if "result" in answer:
        return interface.MI_RESULT_OK
    return answer["error"].get("data", {}).get("result")


def wrong_answers(entries, answers, recorded):
    """An entry that works was called; the request for one that isn't supported was refused."""
    for name, state in entries.items():
        if name not in answers:
            yield f"{name}: nothing makes the host call it: let something do"
        elif state == interface.WORKS and name not in recorded:
            yield f"{name}: the table says '{state}', but it was not called: {answers[name]}"
        elif state == interface.WORKS and result_of(answers[name]) != interface.MI_RESULT_OK:
            yield f"{name}: the table says '{state}', but the client got {answers[name]}"
        elif state != interface.WORKS and name in recorded:
            yield f"{name}: the table says '{state}', but it was called: is it implemented now?"
        elif state == interface.NOT_SUPPORTED and result_of(answers[name]) != interface.MI_RESULT_NOT_SUPPORTED:
            yield f"{name}: the table says '{state}', but the client got {answers[name]}"


def main():
    page, build, library = sys.argv[1:]
    entries = interface.states(page, "MI_ProviderFT", "MI_Module", "MI_MethodDecl")
    functions = interface.states(page, "MI_ContextFT", "MI_ServerFT")
    with Daemon(build, library, REGISTRATIONS) as daemon:
        answers = {name: daemon.ask(*request) for name, request in REQUESTS.items()}
        for name in functions:
            daemon.ask(*call(name))
        daemon.stop()
        recorded = interface.read_results((daemon.folder / "recorded").read_text(encoding="utf-8").splitlines())
        results = {name: result for name, result in recorded.items() if name in functions}
        wrong = [*wrong_answers(entries, answers, recorded), *interface.wrong_results(functions, results)]
        for sentence in wrong:
            print(f"docs/interface.md: {sentence}")
        if wrong:
            print(daemon.log.read_text(encoding="utf-8", errors="replace"))
    print(f"{len(entries) + len(functions)} functions tried, {len(wrong)} things wrong")
    sys.exit(1 if wrong or not entries or not functions else 0)


main()
