namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>
/// Where there is no room for what counts, the archives of earlier hand-ins, which do not, make some. Alice has handed in twice for each of two lessons, 600 kB each
/// time, Bob three times for one, 500 kB each time: 3.9 MB of 5 MiB.
/// </summary>
public sealed class RoomOfEarlierTests : IDisposable
{
    private static readonly string[] Last = ["tp1/alice/1", "tp2/alice/1", "tp1/bob/2"];
    private static readonly string[] Alices = ["tp1/alice/0", "tp2/alice/0"];
    private static readonly string[] Bobs = ["tp1/bob/0", "tp1/bob/1"];

    private readonly SubmittedWork work = new();
    private readonly Tmpfs small;

    public RoomOfEarlierTests() => small = new(work.Submissions, "size=5m");

    public void Dispose()
    {
        small.Dispose();
        work.Dispose();
    }

    [Fact]
    public async Task First_of_who_has_most_of_it_over_all_lessons()
    {
        await HandInEarlierAsync();
        await FillAsync("carol", 1_700_000);
        await TakeAsync(SubmittedWork.AtDeadline("carol"));
        Assert.Equal([.. Last, .. Bobs, "tp1/carol/deadline"], Archives());
    }

    [Fact]
    public async Task And_where_that_is_not_enough_of_everybody()
    {
        await HandInEarlierAsync();
        await FillAsync("carol", 3_000_000);
        await TakeAsync(SubmittedWork.AtDeadline("carol"));
        Assert.Equal([.. Last, "tp1/carol/deadline"], Archives());
        // What went says so.
        Assert.Equal("3", small.Run($"grep -l superseded '{work.Submissions}'/submissions/tp1/*/*.json | wc -l").Trim());
    }

    [Fact]
    public async Task Whoever_has_handed_in_already_gets_the_room_of_their_own_alone()
    {
        await HandInEarlierAsync();
        await FillAsync("bob", 3_000_000);
        var (result, message) = await work.TryTakeAsync([SubmittedWork.ByStudent("bob", "2026-11-26T10:00:09Z")], small.Wrapper);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("VolumeFull", message, StringComparison.Ordinal);
        Assert.Equal([.. Last, .. Alices], Archives());
        // Something smaller finds it.
        await FillAsync("bob", 2_000_000);
        await TakeAsync(SubmittedWork.ByStudent("bob", "2026-11-26T10:00:09Z"));
        Assert.Equal([.. Last, .. Alices, "tp1/bob/9"], Archives());
    }

    [Fact]
    public async Task One_that_was_killed_while_it_made_room_is_gone_on_with_though_nothing_can_be_noted()
    {
        await HandInEarlierAsync();
        small.Run($"rm '{work.Submissions}'/submissions/tp1/alice/*00Z-student.tar.gz '{work.Submissions}'/submissions/tp1/bob/*0[01]Z-student.tar.gz; cat /dev/zero > '{work.Submissions}/filled' 2> /dev/null || true");
        await FillAsync("carol", 400_000);
        await TakeAsync(SubmittedWork.AtDeadline("carol"));
        Assert.Equal([.. Last, "tp1/carol/deadline"], Archives());
    }

    private async Task HandInEarlierAsync()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await FillAsync("alice", 600_000);
        await FillAsync("bob", 500_000);
        for (var press = 0; press < 3; press++)
        {
            var (at, alices) = ($"2026-11-26T10:00:0{press}Z", SubmittedWork.ByStudent("alice", $"2026-11-26T10:00:0{press}Z"));
            if (press < 2) await TakeAsync(alices, alices.Replace("tp1 ", "tp2 ", StringComparison.Ordinal));
            await TakeAsync(SubmittedWork.ByStudent("bob", at));
        }

        Assert.Equal(Order([.. Last, .. Alices, .. Bobs]), Order(Archives()));
    }

    private Task FillAsync(string seat, int bytes) => File.WriteAllBytesAsync(work.Course.InHome(seat, "grand.bin"), SubmittedWork.Incompressible(bytes));

    private async Task TakeAsync(params string[] due)
    {
        var (result, message) = await work.TryTakeAsync(due, small.Wrapper);
        Assert.True(result.ExitCode == 0, message + result.Errors);
    }

    // Each as lesson, seat and the second of its moment, or that it is the deadline's; in the order of the members above.
    private IReadOnlyList<string> Archives()
    {
        var found = small.Run($"find '{work.Submissions}/submissions' -name '*.tar.gz' -printf '%P\\n'");
        var names = found.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => path.Split('/')).Select(path =>
            $"{path[0]}/{path[1]}/{(path[2].Contains("deadline", StringComparison.Ordinal) ? "deadline" : path[2]["20261126T10000".Length].ToString())}").ToHashSet();
        string[] known = [.. Last, .. Alices, .. Bobs];
        return [.. known.Where(names.Contains), .. Order(names.Except(known))];
    }

    private static IEnumerable<string> Order(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);
}
