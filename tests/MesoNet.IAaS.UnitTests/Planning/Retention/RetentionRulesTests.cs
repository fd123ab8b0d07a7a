using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Retention;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning.Retention;

public sealed class RetentionRulesTests
{
    [Theory]
    [InlineData("90d", 90 * 24 * 60)]
    [InlineData("12h", 12 * 60)]
    [InlineData("1m", 1)]
    [InlineData("0d", null)]
    [InlineData("90", null)]
    [InlineData("-1d", null)]
    [InlineData("1.5d", null)]
    [InlineData("999999d", null)]
    [InlineData("", null)]
    public void A_span_is_a_number_of_days_hours_or_minutes(string text, int? minutes) => Assert.Equal(minutes, RetentionTimes.Span(text)?.TotalMinutes);

    [Fact]
    public void A_span_that_is_none_is_refused() =>
        AssertProblem("spec.retention.keepFor is \"3 weeks\": write a number of days, hours or minutes, such as 90d, 12h or 30m, and at most 36525d.", new() { KeepFor = "3 weeks" });

    [Fact]
    public void An_archive_without_a_size_is_refused() =>
        AssertProblem("spec.retention.archive.size is 0: give a size above zero, such as 20Gi.", new() { KeepFor = "90d", Archive = new() { Size = "0" } });

    [Fact]
    public void Without_a_last_day_there_is_nothing_to_count_from() =>
        AssertProblem("spec.retention.keepFor counts from the last day of the validity, and there is none. Give spec.validity.until, or take keepFor away.", new() { KeepFor = "90d" }, until: null);

    private static void AssertProblem(string sentence, MesoNet.IAaS.Resources.Courses.Retention retention, string? until = "2027-01-31")
    {
        var world = TestCourse.World("student01");
        world.Change(spec => spec with { Validity = new() { Until = until }, Retention = retention });
        var observed = world.Observe();
        Assert.Equal(new("RetentionInvalid", sentence), Assert.Single(SpecificationRules.Check(observed.Environment!, observed)));
    }
}
