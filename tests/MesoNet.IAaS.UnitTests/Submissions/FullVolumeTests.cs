using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>No room left: on a real file system of some megabytes, in a mount namespace of the Job's own.</summary>
public sealed class FullVolumeTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task A_full_homes_volume_is_told_and_when_there_is_room_everybody_has_everything()
    {
        work.Course.Homes.AddRange(["dave", "eve"]);
        work.Course.Teach(() =>
        {
            work.Course.Write("tp1.py", "1");
            work.Course.WriteBytes("grand.bin", SubmittedWork.Incompressible(700_000));
        });
        var (result, message) = await work.Course.TryRunAsync(InRoomOf("4m", work.Course.Volume));
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("VolumeFull", JsonNode.Parse(message)!["reason"]!.GetValue<string>());
        await work.Course.RunAsync();
        Assert.All(work.Course.Homes, home => Assert.Equal("1", work.Course.Read(home, "tp1.py")));
    }

    [Fact]
    public async Task Where_only_some_homes_find_room_the_others_are_told_by_name()
    {
        work.Course.Teach(() => work.Course.WriteBytes("grand.bin", SubmittedWork.Incompressible(1_000_000)));
        // The version, its history and its pack take some five megabytes, and each home two: not all three find room.
        var (result, message) = await work.Course.TryRunAsync(InRoomOf("10m", work.Course.Volume));
        var said = JsonNode.Parse(message)!;
        Assert.True(result.ExitCode == 0, message);
        Assert.InRange(said["failed"]!.GetValue<int>(), 1, 2);
        Assert.All(said["failures"]!.AsArray(), failure => Assert.Equal("no room left on the volume", failure!["what"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Where_there_is_no_room_in_the_middle_of_an_update_nothing_is_half_written_and_it_is_finished_when_there_is()
    {
        string[] names = ["a.bin", "b.bin", "c.bin"];
        byte[] older = SubmittedWork.Incompressible(400_000), newer = [.. older.Reverse()];
        work.Course.Teach(() => Array.ForEach(names, name => work.Course.WriteBytes(name, older)));
        await work.Course.RunAsync();
        // Nothing of the newer ones is like the older ones: the version alone is more than is left.
        work.Course.Teach(() => Array.ForEach(names, name => work.Course.WriteBytes(name, newer)));
        var saved = Path.Combine(work.Course.Folder, "saved");
        var used = long.Parse(CourseVolume.Run("du", "-sk", work.Course.Volume).Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture);
        string[] wrapper =
        [
            "unshare", "--mount", "sh", "-c",
            $"cp -a '{work.Course.Volume}' '{saved}' && mount -t tmpfs -o size={used + 2600}k tmpfs '{work.Course.Volume}' && cp -a '{saved}/.' '{work.Course.Volume}/' && rm -rf '{saved}' && \"$@\"; code=$?; cp -a '{work.Course.Volume}' '{saved}'; exit $code",
            "sh",
        ];
        var (result, message) = await work.Course.TryRunAsync(wrapper);
        var said = JsonNode.Parse(message)!;
        Assert.True(result.ExitCode == 1 ? said["reason"]!.GetValue<string>() == "VolumeFull" : said["failed"]!.GetValue<int>() > 0 && said["passes"]!.GetValue<bool>(), message);
        CourseVolume.Run("rm", "-rf", work.Course.Volume);
        CourseVolume.Run("mv", saved, work.Course.Volume);
        foreach (var home in work.Course.Homes)
            Assert.All(names, name => Assert.True(File.ReadAllBytes(work.Course.InHome(home, name)) is var content && (content.SequenceEqual(older) || content.SequenceEqual(newer)), name));

        Assert.Equal(3, (await work.Course.RunAsync())["updated"]!.GetValue<int>());
        Assert.All(work.Course.Homes, home => Assert.All(names, name => Assert.Equal(newer, File.ReadAllBytes(work.Course.InHome(home, name)))));
    }

    [Fact]
    public async Task A_full_submissions_volume_is_told_and_nothing_is_lost_or_half_taken()
    {
        await work.GivenAsync(("tp1.py", "1"));
        foreach (var home in work.Course.Homes) await File.WriteAllBytesAsync(work.Course.InHome(home, "grand.bin"), SubmittedWork.Incompressible(1_500_000));
        string[] due = [.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))];
        var (result, message, files) = await TakeInRoomOfAsync("1m", due);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("VolumeFull", JsonNode.Parse(message)!["reason"]!.GetValue<string>());
        Assert.Equal(["lock"], files);

        await work.TakeAsync(due);
        Assert.All(work.Course.Homes, home => Assert.Equal(2, work.Work(Assert.Single(work.Manifests(home))).Count));
    }

    [Fact]
    public async Task A_large_home_that_finds_no_room_leaves_that_of_the_others_to_them()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await File.WriteAllBytesAsync(work.Course.InHome("alice", "grand.bin"), SubmittedWork.Incompressible(9_000_000));
        foreach (var home in new[] { "bob", "carol" }) await File.WriteAllBytesAsync(work.Course.InHome(home, "petit.bin"), SubmittedWork.Incompressible(1_500_000));
        // Bob's is taken beside hers.
        string[] due = [.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))];
        var (result, message, files) = await TakeInRoomOfAsync("4m", due);
        Assert.Equal(1, result.ExitCode);
        var said = JsonNode.Parse(message)!;
        Assert.Equal("SomeMissing", said["reason"]!.GetValue<string>());
        Assert.Equal("alice@lab for tp1 (there is no room left for it in the volume of what is handed in, raise spec.storage.submissionsSize)", said["detail"]!.GetValue<string>());
        var failure = Assert.Single(said["failures"]!.AsArray())!;
        Assert.Equal(("alice", true), (failure["seat"]!.GetValue<string>(), failure["again"]!.GetValue<bool>()));
        Assert.Equal(2, said["students"]!["tp1"]!.GetValue<int>());
        Assert.Equal(
            ["lock", "submissions/tp1/bob/20261127T225900Z-deadline.json", "submissions/tp1/bob/20261127T225900Z-deadline.tar.gz",
             "submissions/tp1/carol/20261127T225900Z-deadline.json", "submissions/tp1/carol/20261127T225900Z-deadline.tar.gz"], files);
    }

    [Fact]
    public async Task What_a_killed_Job_left_half_written_holds_no_room_of_the_others()
    {
        await work.GivenAsync(("tp1.py", "1"));
        var place = Directory.CreateDirectory(work.PlaceOf("alice", "late")).FullName;
        foreach (var name in new[] { "20261128T100000Z-student.tar.gz.part", "20261128T110000Z-student.tar.gz" }) await File.WriteAllTextAsync(Path.Combine(place, name), "half");
        await work.TakeAsync($"tp1 {SubmittedWork.Deadline} - 2026-11-28T12:00:00Z alice alice@lab");
        Assert.Equal(["20261128T120000Z-student.json", "20261128T120000Z-student.tar.gz"], Directory.GetFiles(place).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    // The files are listed at the end, as they are only seen in there.
    private async Task<(CommandResult Result, string Message, IReadOnlyList<string> Files)> TakeInRoomOfAsync(string size, string[] due)
    {
        Directory.CreateDirectory(work.Submissions);
        var listed = Path.Combine(work.Course.Folder, "listed");
        string[] wrapper = ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size={size} tmpfs '{work.Submissions}' && \"$@\"; code=$?; find '{work.Submissions}' -type f -printf '%P\n' > '{listed}'; exit $code", "sh"];
        var (result, message) = await work.TryTakeAsync(due, wrapper);
        return (result, message, [.. (await File.ReadAllLinesAsync(listed)).Order(StringComparer.Ordinal)]);
    }

    private static string[] InRoomOf(string size, string folder)
    {
        Directory.CreateDirectory(folder);
        return ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size={size} tmpfs '{folder}' && exec \"$@\"", "sh"];
    }
}
