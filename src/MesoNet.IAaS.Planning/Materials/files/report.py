"""What became of each home: all of it in the course's folder, the sum of it in the Job's last word, which has 4096 bytes."""
import json
import os

import outcome

AT_MOST = 3600


def write(settings, version, results):
    path = os.path.join(settings.own, "report.json")
    with open(path + ".new", "w", encoding="ascii") as file:
        json.dump({"commit": version.commit if version else "", "directory": settings.code_directory, "homes": results}, file)
    os.replace(path + ".new", path)
    errors = {home: result["error"] for home, result in results.items() if result.get("error")}
    if errors and len(errors) == len(results):
        sentence = next(iter(errors.values()))
        raise outcome.Failure("VolumeFull" if "room left" in sentence else "VolumeNotWritable", sentence)
    return summary(version, results, errors)


def summary(version, results, errors):
    conflicts = {home: [kept["file"] for kept in result["kept"]] for home, result in results.items() if result.get("kept")}
    said = {
        "commit": version.commit if version else "",
        "copied": sum("copied" in result for result in results.values()),
        "updated": sum(home not in conflicts and home not in errors and "copied" not in result and "adopted" not in result for home, result in results.items()) if version else 0,
        "conflicts": len(conflicts), "failed": len(errors), "named": [], "failures": [],
    }
    # Some of them by name; the report has all.
    for home, sentence in list(errors.items())[:5]:
        said["failures"].append({"home": home, "what": sentence})
    for home, files in list(conflicts.items())[:20]:
        said["named"].append({"home": home, "file": outcome.one_line(os.path.basename(files[0]), 80), "more": len(files) - 1})
        if len(json.dumps(said)) > AT_MOST:
            said["named"].pop()
            break
    return said
