namespace MesoNet.IAaS.UnitTests.Retention;

/// <summary>Each task is killed anywhere, its workers with it, and run again: nothing is lost at any moment, and the end is the one of a Job that was left alone.</summary>
public sealed class KilledRetentionTests : IDisposable
{
    private static readonly string[] Students = [.. Enumerable.Range(1, 6).Select(number => $"s{number} student{number:00}")];
    private readonly ArchivedCourse course = new();
    private readonly Dictionary<string, string> before = [];

    public void Dispose() => course.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_lost_at_any_moment_and_it_ends_the_same(int seed)
    {
        var random = new Random(seed);
        foreach (var seat in Seats)
        {
            course.InHome(seat, $"for i in $(seq 80); do mkdir -p d$((i % 7))/e; echo {seat} $i > d$((i % 7))/e/f$i; done; head -c 2000000 /dev/urandom > hasard; ln -s hasard lien; truncate -s 1G creux");
            before[seat] = ArchivedCourse.Snapshot(Path.Combine(course.Homes, seat));
        }

        var times = await KillAsync("archive", Students, random, EachIsAHome);
        Assert.Equal(6, (await course.ArchiveAsync(Students))["archived"]!.GetValue<int>());
        Assert.DoesNotContain(Directory.GetFiles(course.Archive), file => file.EndsWith(".new", StringComparison.Ordinal));
        Assert.Equal(6, Directory.GetFiles(course.Archive, "*.tar.gz").Length);

        times += await KillAsync("delete", Students, random, EachIsAHomeOrAnArchive);
        Assert.Equal(6, (await course.DeleteAsync(Students))["deleted"]!.GetValue<int>());
        Assert.Empty(Directory.GetFileSystemEntries(course.Homes));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(course.Own, "deleting")));
        EachIsAHomeOrAnArchive();

        foreach (var seat in Seats)
        {
            times += await KillAsync("restore", [seat], random, () => Assert.True(!course.HasHome(seat) || IsWhole(seat)));
            if (!course.HasHome(seat)) await course.RestoreAsync(seat);
        }

        EachIsAHome();
        Assert.True(times > 3, $"It was killed in the middle {times} times only.");
    }

    private static IEnumerable<string> Seats => Students.Select(student => student.Split(' ')[0]);

    private async Task<int> KillAsync(string task, string[] arguments, Random random, Action check)
    {
        var times = 0;
        for (var attempt = 0; attempt < (task == "restore" ? 2 : 5); attempt++)
        {
            times += await course.TryKillAsync(task, arguments, random.Next(1, task == "delete" ? 600 : 30)) ? 1 : 0;
            check();
        }

        return times;
    }

    private bool IsWhole(string seat) => ArchivedCourse.Snapshot(Path.Combine(course.Homes, seat)).Contains(before[seat].Trim(), StringComparison.Ordinal) || HasCopies(seat);

    // Two restores that both came through: the second lies beside.
    private bool HasCopies(string seat) => Directory.GetDirectories(Path.Combine(course.Homes, seat), "restaure-*").Length > 0;

    private void EachIsAHome() => Assert.All(Seats, seat => Assert.True(course.HasHome(seat) && IsWhole(seat), seat));

    private void EachIsAHomeOrAnArchive()
    {
        foreach (var seat in Seats)
        {
            if (course.HasHome(seat)) Assert.Equal(before[seat], ArchivedCourse.Snapshot(Path.Combine(course.Homes, seat)));
            else Assert.Equal(before[seat], ArchivedCourse.Snapshot(Path.Combine(course.Untar(seat), "home")));
        }
    }
}
