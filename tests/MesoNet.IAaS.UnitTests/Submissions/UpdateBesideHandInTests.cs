namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>Work that is due while the homes are updated.</summary>
public sealed class UpdateBesideHandInTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task Work_is_not_taken_from_a_home_in_the_middle_of_its_update_and_the_others_do_not_wait()
    {
        await work.GivenAsync(("tp1.py", "1"));
        Task taking;
        // As the materials' program holds it.
        await using (new FileStream(Path.Combine(work.Course.Volume, ".mesonet", "homes", "alice", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            taking = work.TakeAsync([.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))]);
            while (!taking.IsCompleted && work.Manifests("carol").Count == 0) await Task.Yield();
            Assert.Empty(work.Manifests("alice"));
            await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "2");
        }

        await taking;
        Assert.Equal("2", work.Work(Assert.Single(work.Manifests("alice")))["tp1.py"]);
    }
}
