using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>Of two workspaces that lack room beside a lesson the younger makes it, but only for an older one that can run. Eight cards, four for each of the three.</summary>
public sealed class RoomBesideOlderTests
{
    private const string Gpu = "nvidia.com/gpu";

    private static readonly Lesson Monday = Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00");
    private static readonly Instant LessonEnd = Instant.FromUtc(2026, 11, 23, 16, 0);

    [Fact]
    public void For_one_that_runs_the_younger_makes_room() => Assert.Contains(WorkspaceStage.Yielding, StagesBeside(Older()));

    [Fact]
    public void For_one_that_is_over_it_does_not() => Stays(Older(spec => spec with { Until = "2026-11-19" }));

    [Fact]
    public void For_one_that_is_being_deleted_it_does_not()
    {
        var older = Older();
        Stays(older with { Metadata = older.Metadata with { DeletionTimestamp = Now.ToDateTimeOffset() } });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void For_one_that_is_refused_it_does_not(bool yields) =>
        Stays(Older(spec => spec with { YieldsToLessons = yields }) with { Status = new() { Stage = WorkspaceStage.Refused } });

    [Fact]
    public void What_an_older_one_holds_is_free_again_when_it_ends_though_the_lessons_go_on()
    {
        var always = Course("always", "gpu", 2, 4);
        var site = Beside(Older(spec => spec with { Until = "2026-11-21" }), always with { Spec = always.Spec with { Validity = null } });
        var (ends, back) = (Instant.FromUtc(2026, 11, 21, 23, 0), (Instant?)null);
        foreach (var at in site.Follow(Now, ends + Duration.FromHours(1)))
        {
            Assert.Equal(at < ends ? WorkspaceStage.Yielding : WorkspaceStage.Running, site.Stage);
            if (site.Stage == WorkspaceStage.Running) back ??= at;
        }

        Assert.Equal(ends, back);
    }

    [Fact]
    public void That_one_is_refused_matters_to_the_others_and_no_other_stage_does()
    {
        var refused = Older() with { Status = new() { Stage = WorkspaceStage.Refused } };
        Assert.False(WorkspaceComparison.TakeTheSameRoom(refused, refused with { Status = new() { Stage = WorkspaceStage.Starting } }));
        Assert.True(WorkspaceComparison.TakeTheSameRoom(refused with { Status = new() { Stage = WorkspaceStage.Running } }, refused with { Status = new() { Stage = WorkspaceStage.Yielding } }));
    }

    private static void Stays(ResearchWorkspace older) => Assert.Equal([WorkspaceStage.Running], StagesBeside(older).Distinct());

    private static List<WorkspaceStage> StagesBeside(ResearchWorkspace older)
    {
        var site = Beside(older, Course("deep", "gpu", 2, 4, Monday));
        return [.. site.Follow(Now, LessonEnd).Select(_ => site.Stage)];
    }

    private static ResearchSite Beside(ResearchWorkspace older, ClassroomEnvironment course) => new(Of("younger", place: 1), older, Node("node", (Gpu, "8")), Template("gpu", Gpu), course);

    private static ResearchWorkspace Older(Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null) => Of("older", change: change);
}
