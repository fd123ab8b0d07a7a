using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What came of asking a seat's pod whether somebody works in it.</summary>
/// <param name="AskedAt">When it was last asked.</param>
/// <param name="Activity">The last answer it gave, perhaps an older one; null where it has given none yet.</param>
public sealed record SeatAnswer(Instant AskedAt, SeatActivity? Activity)
{
    /// <summary>Whether it gave no answer when it was last asked.</summary>
    public bool IsSilence => Activity?.AskedAt != AskedAt;
}
