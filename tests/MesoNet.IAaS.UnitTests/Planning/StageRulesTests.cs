using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

public sealed class StageRulesTests
{
    private static readonly ClassroomEnvironmentSpec Valid = new()
    {
        Template = new() { Name = "template" },
        Validity = new() { From = "2026-10-24", Until = "2026-10-25" },
    };

    [Theory]
    [InlineData("2026-10-23T21:59:59Z", Stage.Scheduled)]
    [InlineData("2026-10-23T22:00:00Z", Stage.Lesson)]
    [InlineData("2026-10-25T22:59:59Z", Stage.Lesson)] // that night has 25 hours in Paris
    [InlineData("2026-10-25T23:00:00Z", Stage.Closed)]
    public void Validity_is_of_whole_days_in_the_courses_zone_also_when_clocks_change(string now, Stage expected) =>
        Assert.Equal(expected, StageRules.At(Valid, NodaTime.Text.InstantPattern.General.Parse(now).Value).Stage);

    [Fact]
    public void The_next_transition_is_exactly_where_the_stage_changes() => Prop.ForAll<int>(minutes =>
    {
        var now = Instant.FromUtc(2026, 10, 24, 12, 0) + Duration.FromMinutes(minutes % 10_000);
        var position = StageRules.At(Valid, now);
        if (position.NextTransition is not { } next) return position.Stage == Stage.Closed;
        return next > now
            && StageRules.At(Valid, next - Duration.FromTicks(1)).Stage == position.Stage
            && StageRules.At(Valid, next).Stage != position.Stage;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_course_without_dates_runs_unless_it_is_suspended()
    {
        var spec = Valid with { Validity = null };
        Assert.Equal(Stage.Lesson, StageRules.At(spec, TestCourse.Start).Stage);
        Assert.Equal(Stage.Resting, StageRules.At(spec with { Suspend = true }, TestCourse.Start).Stage);
    }
}
