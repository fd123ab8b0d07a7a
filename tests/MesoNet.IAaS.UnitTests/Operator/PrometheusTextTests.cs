using System.Diagnostics.Metrics;
using MesoNet.IAaS.Operator.Metrics;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.UnitTests.Planning;

namespace MesoNet.IAaS.UnitTests.Operator;

public sealed class PrometheusTextTests
{
    [Fact]
    public void A_course_is_told_as_prometheus_reads_it()
    {
        var bell = DateTimeOffset.Parse("2026-11-23T13:00:00Z");
        var course = TestCourse.Environment() with
        {
            Status = new()
            {
                Stage = Stage.Warming,
                Seats = new() { Total = 30, Ready = 28, Starting = 1, Failed = 1, Stopped = 0 },
                Warming = new() { LeadSeconds = 600, Lesson = "tp1", Bell = bell, ReadyAt = bell.AddMinutes(-8), SlowestStartSeconds = 4, ExpectedAtBell = 30, ReadyAtBell = 29 },
                Conditions = [new() { Type = "Ready", Status = "True", Reason = "AllSeatsReady" }],
            },
        };
        using var metrics = new CourseMetrics(() => [course]);
        var text = PrometheusText.Scrape(metrics.Meter);
        Assert.Contains("\n# TYPE mesonet_course_seats gauge\nmesonet_course_seats{namespace=\"course-test\",course=\"test\",state=\"ready\"} 28\n", text, StringComparison.Ordinal);
        Assert.Contains("\nmesonet_lesson_ready_before_bell_seconds{namespace=\"course-test\",course=\"test\",lesson=\"tp1\"} 480\n", text, StringComparison.Ordinal);
        // Where a seat failed there is no moment at which all were ready; what to raise an alarm on is there all the same.
        Assert.Contains("\nmesonet_lesson_seats_expected_at_bell{namespace=\"course-test\",course=\"test\",lesson=\"tp1\"} 30\n", text, StringComparison.Ordinal);
        Assert.Contains("\nmesonet_lesson_seats_ready_at_bell{namespace=\"course-test\",course=\"test\",lesson=\"tp1\"} 29\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        // Each name's lines stand together under one heading, as the format asks.
        var names = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split('{', ' ')[0]).ToList();
        Assert.Equal(names.Distinct().Count(), names.Zip(names.Skip(1).Append("")).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void What_would_break_a_line_is_escaped()
    {
        using var meter = new Meter("test");
        meter.CreateObservableGauge("test_gauge", () => new Measurement<double>(1.5, new KeyValuePair<string, object?>("name", "a\"b\\c\nd")), unit: null, "One\nline");
        Assert.Equal("# HELP test_gauge One\\nline\n# TYPE test_gauge gauge\ntest_gauge{name=\"a\\\"b\\\\c\\nd\"} 1.5\n", PrometheusText.Scrape(meter));
    }
}
