using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Site;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>What a pod's answer means to a teacher, and how often pods are asked.</summary>
public sealed class SeatUseTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 13, 30);

    [Fact]
    public void Who_computes_or_did_something_a_moment_ago_works()
    {
        Assert.Equal(SeatUse.Working, SeatUses.Of(Answer(isBusy: true, lastWork: null), Now));
        Assert.Equal(SeatUse.Working, SeatUses.Of(Answer(isBusy: true, lastWork: 240, isOpened: false), Now));
        Assert.Equal(SeatUse.Working, SeatUses.Of(Answer(lastWork: 4), Now));
        Assert.Equal(SeatUse.Idle, SeatUses.Of(Answer(lastWork: 5), Now));
    }

    [Fact]
    public void Where_nothing_happens_it_matters_whether_it_was_ever_opened()
    {
        Assert.Equal(SeatUse.Idle, SeatUses.Of(Answer(lastWork: null), Now));
        Assert.Equal(SeatUse.NotOpened, SeatUses.Of(Answer(lastWork: null, isOpened: false), Now));
        // The home is older than the pod.
        Assert.Equal(SeatUse.NotOpened, SeatUses.Of(Answer(lastWork: 60, isOpened: false), Now));
    }

    [Fact]
    public void A_seat_that_does_not_answer_is_ready_and_no_more()
    {
        Assert.Null(SeatUses.Of(null, Now));
        var asked = Answer(isBusy: true, lastWork: 0);
        Assert.Equal(SeatUse.Working, SeatUses.Of(asked, Now + SeatUses.LongestValid));
        Assert.Null(SeatUses.Of(asked, Now + SeatUses.LongestValid + Duration.FromSeconds(1)));
    }

    [Fact]
    public void One_answer_that_is_lost_takes_nothing_back_but_another_pod_knows_nothing_of_it()
    {
        var (answers, pod) = (new SeatAnswers(), Pod("uid1"));
        Assert.Equal((null, null), (answers.Of(pod), answers.AskedAt(pod)));
        answers.Put(pod, Answer(lastWork: 0), Now);
        answers.Put(pod, null, Now + Duration.FromSeconds(25));
        Assert.Equal((Answer(lastWork: 0), Now + Duration.FromSeconds(25)), (answers.Of(pod), answers.AskedAt(pod)));
        Assert.Equal((null, null), (answers.Of(Pod("uid2")), answers.AskedAt(Pod("uid2"))));
        answers.Put(Pod("uid2"), null, Now);
        Assert.Null(answers.Of(Pod("uid2")));
        answers.Forget(pod.Key);
        Assert.Null(answers.AskedAt(Pod("uid2")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(300)]
    [InlineData(1000)]
    public void A_round_takes_its_time_whatever_the_size_of_the_class(int seats)
    {
        Assert.InRange(AskingPace.Pause(seats, isFirst: false) * seats, TimeSpan.FromSeconds(24.9), TimeSpan.FromSeconds(25));
        // Who opens the page sees something soon, at no more than a dozen questions a second, or what a round needs.
        Assert.InRange(AskingPace.Pause(seats, isFirst: true), TimeSpan.Zero, TimeSpan.FromSeconds(1.0 / 12));
        Assert.True(1 / AskingPace.Pause(seats, isFirst: true).TotalSeconds <= Math.Max(12.01, seats / 24.9));
    }

    private static SeatActivity Answer(bool isBusy = false, int? lastWork = null, bool isOpened = true) =>
        new(isBusy, null, lastWork is { } minutes ? Now - Duration.FromMinutes(minutes) : null, isOpened, Now);

    private static ObservedPod Pod(string uid) => new() { Metadata = new() { Name = "intro-student01", Namespace = "course-intro", Uid = uid } };
}
