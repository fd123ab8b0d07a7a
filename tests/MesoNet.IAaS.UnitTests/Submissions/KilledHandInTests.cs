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

    private string[] Taken() => Directory.Exists(work.Submissions) ? Directory.GetFiles(work.Submissions, "*.json", SearchOption.AllDirectories) : [];
}
