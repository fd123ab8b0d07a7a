using MesoNet.IAaS.Cli.Bench;

namespace MesoNet.IAaS.UnitTests.Cli;

public sealed class CopyBenchTests
{
    [Fact]
    public async Task It_copies_updates_and_repeats_and_one_student_of_ten_has_a_conflict()
    {
        var report = await new CopyBench(homes: 3, files: 5, TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.Equal((3, 5, 2, 1), (report.Homes, report.Files, report.Updated, report.Conflicts));
        Assert.All([report.FirstCopySeconds, report.UpdateSeconds, report.UnchangedSeconds], seconds => Assert.True(seconds > 0));
    }
}
