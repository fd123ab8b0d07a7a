using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>The hand-in Job is killed anywhere and run again: everything is taken, once, and whole.</summary>
public sealed class KilledHandInTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_is_lost_or_taken_twice(int seed)
    {
        var random = new Random(seed);
        work.Course.Homes.AddRange(Enumerable.Range(1, 20).Select(i => $"student{i:00}"));
        await work.GivenAsync([.. Enumerable.Range(1, 40).Select(i => ($"tp{i}.py", new string((char)('a' + (i % 26)), 20_000)))]);
        string[] due = [.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))];
        var (times, before) = (0, new Dictionary<string, DateTime>());
        while ((await work.TryTakeAsync(due, killedAt: random.Next(5, 40))).Result.ExitCode == HomesProgramOnDisk.ExitCodeOfKilled)
        {
            times++;
            // What was there stays untouched.
            foreach (var (path, written) in before) Assert.Equal(written, File.GetLastWriteTimeUtc(path));
            before = Taken().ToDictionary(path => path, File.GetLastWriteTimeUtc);
            Assert.True(times < 100, "It never gets to its end.");
        }

        Assert.True(times > 1, $"It was killed in the middle {times} times only.");
        foreach (var home in work.Course.Homes)
        {
            Assert.Equal(40, work.Work(Assert.Single(work.Manifests(home))).Count);
            Assert.Equal(2, Directory.GetFiles(work.PlaceOf(home)).Length);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Handing_in_again_and_again_no_archive_goes_before_those_that_replace_it_are_there(int seed)
    {
        var random = new Random(seed);
        await work.GivenAsync(("tp1.py", "1"));
        var times = 0;
        for (var press = 0; press < 8; press++)
        {
            await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), $"press {press}");
            string[] due = [SubmittedWork.ByStudent("alice", $"2026-11-26T10:00:0{press}Z")];
            while ((await work.TryTakeAsync(due, killedAt: random.Next(2, 16))).Result.ExitCode == HomesProgramOnDisk.ExitCodeOfKilled)
            {
                times++;
                TheLastAreThere(press - 1);
                Assert.True(times < 300, "It never gets to its end.");
            }

            TheLastAreThere(press);
            Assert.Equal(Math.Min(press + 1, 3), Directory.GetFiles(work.PlaceOf("alice"), "*.tar.gz").Length);
            Assert.Equal(Math.Max(press - 2, 0), work.Manifests("alice").Count(manifest => manifest["superseded"] is not null));
        }

        Assert.True(times > 5, $"It was killed in the middle {times} times only.");
    }

    // Each of the last three presses up to this one, whole; a later one may be there already.
    private void TheLastAreThere(int press)
    {
        var whole = work.Manifests("alice").Where(manifest => manifest["archive"]?["file"]?.GetValue<string>() is { } file && File.Exists(Path.Combine(work.PlaceOf("alice"), file)))
            .Select(manifest => work.Work(manifest)["tp1.py"]).ToList();
        var first = whole.Contains($"press {press + 1}") ? press - 1 : press - 2;
        for (var number = Math.Max(first, 0); number <= press; number++) Assert.Contains($"press {number}", whole);
    }

    private string[] Taken() => Directory.Exists(work.Submissions) ? Directory.GetFiles(work.Submissions, "*.json", SearchOption.AllDirectories) : [];
}
