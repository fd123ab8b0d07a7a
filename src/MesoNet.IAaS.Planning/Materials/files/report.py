"""What became of each home: all of it in the course's folder, the sum of it in the Job's last word, which has 4096 bytes."""
import base64
import json
import os

import homes
import outcome

# Five thousand homes are 834 characters of each reason.
AT_MOST = 1900
AT_MOST_REASONS = 2


def write(settings, version, results):
    path = os.path.join(settings.own, "report.json")
    with open(path + ".new", "w", encoding="ascii") as file:
        json.dump({"commit": version.commit if version else "", "directory": settings.code_directory, "homes": results}, file)
    os.replace(path + ".new", path)
    errors = {home: result["error"] for home, result in results.items() if result.get("error")}
    if errors and is_of_volume(results):
        sentence = next(iter(errors.values()))
        raise outcome.Failure("VolumeFull" if "room left" in sentence else "VolumeNotWritable", sentence)
    return summary(version, results, errors) | again(settings, version, results)


def is_of_volume(results):
    """Whether nothing could be done anywhere. What is wrong with the only home there is may be that home's own."""
    return all(result.get("error") for result in results.values()) and (len(results) > 1 or any(result.get("volume") for result in results.values()))


def again(settings, version, results):
    """Whether it is worth repeating soon, and which homes have nothing: of a few reasons, each with a bit for each of the Job's homes, in base64."""
    said = {"passes": True} if any(result.get("passes") for result in results.values()) else {}
    bits = {}
    for index, (home, result) in enumerate(results.items()):
        if version and result.get("error") and homes.Given(settings, home).version is None:
            why = result["error"] if result["error"] in bits or len(bits) < AT_MOST_REASONS - 1 else "the copy failed"
            bits[why] = bits.get(why, 0) | 1 << index
    missing = [{"what": why, "homes": base64.b64encode(homes_of.to_bytes((homes_of.bit_length() + 7) // 8, "little")).decode()} for why, homes_of in bits.items()]
    return said | ({"missing": missing} if missing else {})


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
