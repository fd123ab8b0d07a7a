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
    // Courses' seats do not speak of their volume.
    [InlineData("", null)]
    [InlineData(""","volume": {"available": 5, "whole": 10, "filesAvailable": 3, "files": 4}""", "5 10 3 4")]
    [InlineData(""","volume": {"available": 5, "whole": 10, "filesAvailable": 0, "files": 0}""", "5 10 0 0")]
    // What cannot be of files says nothing of them; what cannot be of bytes says nothing at all.
    [InlineData(""","volume": {"available": 5, "whole": 10, "filesAvailable": 5, "files": 4}""", "5 10 0 0")]
    [InlineData(""","volume": {"available": 5, "whole": 10, "filesAvailable": -1, "files": "4"}""", "5 10 0 0")]
    [InlineData(""","volume": {"available": 5, "whole": 10}""", "5 10 0 0")]
    [InlineData(""","volume": null""", "0 0 0 0")]
    [InlineData(""","volume": []""", "0 0 0 0")]
    [InlineData(",\"volume\": \"\\ud800\"", "0 0 0 0")]
    [InlineData(""","volume": {}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": 11, "whole": 10}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": 0, "whole": 0}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": -5, "whole": 10}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": -9223372036854775808, "whole": 9223372036854775807}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": 1, "whole": 9223372036854775807}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": 1e400, "whole": 99999999999999999999999999}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": 0.5, "whole": 10}""", "0 0 0 0")]
    [InlineData(""","volume": {"available": "5", "whole": true}""", "0 0 0 0")]
    public void What_is_left_of_a_volume_is_read_and_what_cannot_be_is_not_while_the_rest_of_the_answer_stands(string volume, string? expected)
    {
        Assert.True(SeatActivity.TryParse($$"""{"busy": true, "lastWorkAt": null, "opened": true{{volume}}}""", AskedAt, out var activity));
        Assert.True(activity!.IsBusy);
        Assert.Equal(expected, activity.Volume is { } read ? $"{read.Available} {read.Whole} {read.FilesAvailable} {read.Files}" : null);
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
