using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Execution;

namespace MesoNet.IAaS.UnitTests.Operator;

/// <summary>What an earlier pass wrote is not written again because the caches have yet to show it.</summary>
public sealed class UnseenWritesTests
{
    private static readonly ResourceType Pods = ResourceType.Of<Pod>();
    private static readonly ObjectKey Key = new("course-test", "student01");
    private readonly ManualTime time = new(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
    private readonly UnseenWrites unseen;

    public UnseenWritesTests() => unseen = new(time);

    [Fact]
    public void A_write_is_not_made_again_from_what_was_observed_before_it_came_back()
    {
        Assert.True(Begin());
        var tooEarly = Later();
        unseen.Seen(Pods, Key);
        Assert.False(unseen.TryBegin(Pods, Key, isStatus: false, tooEarly));
        Later();
        Assert.True(Begin());
    }

    [Fact]
    public void What_has_yet_to_come_back_is_known_of_each_object()
    {
        Assert.True(Begin());
        var before = Later();
        Assert.True(unseen.IsUnseen(Pods, Key, isStatus: false, before));
        Assert.False(unseen.IsUnseen(Pods, Key with { Name = "student02" }, isStatus: false, before));
        unseen.Seen(Pods, Key);
        Assert.True(unseen.IsUnseen(Pods, Key, isStatus: false, before));
        Assert.False(unseen.IsUnseen(Pods, Key, isStatus: false, Later()));
    }

    [Fact]
    public void A_pod_that_was_killed_after_it_was_seen_is_created_again_at_once()
    {
        Assert.True(Begin());
        Later();
        unseen.Seen(Pods, Key);
        Later();
        unseen.Seen(Pods, Key);
        Later();
        Assert.True(Begin());
    }

    [Fact]
    public void A_pass_that_takes_long_does_not_write_again_what_it_could_not_see_when_it_began()
    {
        Assert.True(Begin());
        var observedAt = Later();
        time.Advance(UnseenWrites.Patience * 3);
        unseen.Seen(Pods, Key);
        Assert.False(unseen.TryBegin(Pods, Key, isStatus: false, observedAt));
    }

    [Fact]
    public void A_write_that_failed_may_be_made_again_at_once()
    {
        Assert.True(Begin());
        unseen.Failed(Pods, Key, isStatus: false);
        Assert.True(Begin());
    }

    [Fact]
    public void A_write_that_never_comes_back_is_made_again_after_a_while()
    {
        Assert.True(Begin());
        time.Advance(UnseenWrites.Patience - TimeSpan.FromSeconds(1));
        Assert.False(Begin());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Begin());
    }

    [Fact]
    public void A_list_shows_what_became_of_a_write_though_its_events_were_lost()
    {
        Assert.True(Begin());
        Later();
        unseen.SeenAll(ResourceType.Of<Secret>());
        Later();
        Assert.False(Begin());
        unseen.SeenAll(Pods);
        Later();
        Assert.True(Begin());
    }

    [Fact]
    public void An_object_and_its_status_are_two_writes()
    {
        Assert.True(Begin());
        Assert.True(unseen.TryBegin(Pods, Key, isStatus: true, time.GetTimestamp()));
    }

    [Fact]
    public void Until_a_write_has_come_back_its_kind_is_known_to_be_behind_whatever_the_object()
    {
        Assert.False(IsBehind());
        Assert.True(Begin());
        Later();
        Assert.True(IsBehind());
        Assert.False(unseen.HasUnseen(Pods, isStatus: true, time.GetTimestamp()));
        Assert.False(unseen.HasUnseen(ResourceType.Of<Secret>(), isStatus: false, time.GetTimestamp()));
        var before = Later();
        unseen.Seen(Pods, Key);
        Assert.True(unseen.HasUnseen(Pods, isStatus: false, before));
        Later();
        Assert.False(IsBehind());
    }

    [Fact]
    public void What_never_comes_back_keeps_nobody_for_long()
    {
        Assert.True(Begin());
        time.Advance(UnseenWrites.Patience);
        Assert.False(IsBehind());
    }

    private bool IsBehind() => unseen.HasUnseen(Pods, isStatus: false, time.GetTimestamp());

    private bool Begin() => unseen.TryBegin(Pods, Key, isStatus: false, time.GetTimestamp());

    private long Later()
    {
        time.Advance(TimeSpan.FromMilliseconds(10));
        return time.GetTimestamp();
    }
}
