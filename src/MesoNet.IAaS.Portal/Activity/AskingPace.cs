namespace MesoNet.IAaS.Portal.Activity;

/// <summary>How fast the seats of one class are asked: each as rarely as is useful, and all of them evenly over the time.</summary>
internal static class AskingPace
{
    /// <summary>How long one round through a class takes.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromSeconds(25);

    /// <summary>No seat is asked again before this, though a page is closed and opened again.</summary>
    public static readonly TimeSpan ShortestBetween = TimeSpan.FromSeconds(20);

    /// <summary>A class in which no seat is ready is looked at again after this.</summary>
    public static readonly TimeSpan UntilAnyIsReady = TimeSpan.FromSeconds(5);

    /// <summary>How many questions of one class may be open at once: seats that hang delay those of their own class, and no others.</summary>
    public const int AtOnce = 12;

    private static readonly TimeSpan FirstRoundsPause = TimeSpan.FromSeconds(1.0 / 12);

    /// <summary>The pause between two questions.</summary>
    /// <param name="seats">How many seats are asked in this round.</param>
    /// <param name="isFirst">Whether a page has just been opened, which shows nothing yet.</param>
    public static TimeSpan Pause(int seats, bool isFirst)
    {
        var even = Round / Math.Max(1, seats);
        return isFirst && even > FirstRoundsPause ? FirstRoundsPause : even;
    }
}
