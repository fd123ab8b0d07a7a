using System.Text.Json.Nodes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>What lies in a course's volume about its homes, by login instead of by seat.</summary>
internal static class HomeReports
{
    /// <summary>What the last update did to each home (<c>report.json</c>), in the roster's order.</summary>
    public static JsonObject Updates(ClassroomEnvironment course, JsonNode read)
    {
        var students = new JsonArray();
        foreach (var student in course.Spec.Students ?? [])
        {
            var seat = ObjectNames.Seat(course.Metadata.Name!, student.Login);
            if (read["homes"]?[seat] is not JsonObject home) continue;
            var entry = new JsonObject { ["login"] = student.Login, ["home"] = seat };
            foreach (var (member, value) in home) entry[member] = value?.DeepClone();
            students.Add(entry);
        }

        return new() { ["course"] = course.Metadata.Name, ["commit"] = read["commit"]?.DeepClone(), ["directory"] = read["directory"]?.DeepClone(), ["students"] = students };
    }

    /// <summary>What each home takes (<c>use.json</c>), the fullest first; who is no longer on the roster has no login.</summary>
    public static JsonObject Use(ClassroomEnvironment course, JsonNode read)
    {
        var logins = (course.Spec.Students ?? []).ToDictionary(student => ObjectNames.Seat(course.Metadata.Name!, student.Login), student => student.Login, StringComparer.Ordinal);
        var (mostBytes, mostFiles) = (read["quota"]!["bytes"]!.GetValue<long>(), read["quota"]!["files"]!.GetValue<long>());
        var homes = read["homes"]!.AsObject().Select(home =>
        {
            var (bytes, files) = (home.Value!["bytes"]!.GetValue<long>(), home.Value["files"]!.GetValue<long>());
            return new JsonObject
            {
                ["login"] = logins.GetValueOrDefault(home.Key), ["home"] = home.Key, ["bytes"] = bytes, ["files"] = files,
                ["percent"] = (int)Math.Round(Math.Max(bytes / (double)mostBytes, files / (double)mostFiles) * 100),
                ["unreadable"] = home.Value["unreadable"]!.GetValue<bool>(), ["wall"] = home.Value["wall"]?.DeepClone(),
            };
        });
        return new()
        {
            ["course"] = course.Metadata.Name, ["measuredAt"] = read["measuredAt"]!.DeepClone(), ["quota"] = read["quota"]!.DeepClone(), ["volume"] = read["volume"]!.DeepClone(),
            ["homes"] = new JsonArray([.. homes.OrderByDescending(home => home["percent"]!.GetValue<int>()).ThenByDescending(home => home["bytes"]!.GetValue<long>()).ThenBy(home => home["home"]!.GetValue<string>(), StringComparer.Ordinal)]),
        };
    }
}
