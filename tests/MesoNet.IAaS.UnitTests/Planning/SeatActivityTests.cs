using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

public sealed class SeatActivityTests
{
    private static readonly Instant AskedAt = Instant.FromUtc(2026, 11, 23, 16, 0);

    [Fact]
    public void A_seats_answer_is_read()
    {
        Assert.True(SeatActivity.TryParse("""{"busy": true, "why": "kernels at work: 1", "lastWorkAt": "2026-11-23T15:59:58Z", "opened": true}""", AskedAt, out var activity));
        Assert.Equal(new(true, "kernels at work: 1", Instant.FromUtc(2026, 11, 23, 15, 59, 58), true, AskedAt), activity);
    }

    [Fact]
    public void A_seat_that_nobody_ever_used_knows_no_last_work()
    {
        Assert.True(SeatActivity.TryParse("""{"busy": false, "why": "nothing computes", "lastWorkAt": null, "opened": false}""" + "\n", AskedAt, out var activity));
        Assert.Equal(new(false, "nothing computes", null, false, AskedAt), activity);
    }

    [Fact]
    public void Work_to_come_is_work_of_now_and_no_later()
    {
        Assert.True(SeatActivity.TryParse("""{"busy": false, "lastWorkAt": "2099-01-01T00:00:00Z", "opened": true}""", AskedAt, out var activity));
        Assert.Equal(AskedAt, activity!.LastWorkAt);
        Assert.Null(activity.Why);
    }

    [Fact]
    public void A_reason_is_cut_and_cannot_begin_a_line_of_the_log()
    {
        Assert.True(SeatActivity.TryParse($$"""{"busy": true, "why": "a\nb\u001b{{new string('x', 5000)}}", "lastWorkAt": null, "opened": true}""", AskedAt, out var activity));
        Assert.StartsWith("abx", activity!.Why, StringComparison.Ordinal);
        Assert.Equal(200, activity.Why!.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{}")]
    [InlineData("""{"busy": "true", "lastWorkAt": null, "opened": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": null}""")]
    [InlineData("""{"busy": true, "opened": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": 12, "opened": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": "yesterday", "opened": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": "\ud800", "opened": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": null, "opened": true}{"busy": true}""")]
    [InlineData("""{"busy": true, "lastWorkAt": null, "opened": tr""")]
    public void Anything_else_is_no_answer(string? line)
    {
        Assert.False(SeatActivity.TryParse(line, AskedAt, out var activity));
        Assert.Null(activity);
    }
}
