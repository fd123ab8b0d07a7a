using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.Portal.Activity;

/// <summary>Asks the Jupyter server of a seat what goes on in it.</summary>
internal sealed class ActivityQuestion(PodQuestion question, TimeProvider time)
{
    private const int LongestAnswer = 4096;

    /// <summary>What a seat answers; null where it does not, or nothing that can be read.</summary>
    /// <param name="address">The pod's address and port.</param>
    /// <param name="basePath">The path of the seat.</param>
    /// <param name="token">The seat's token.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SeatActivity?> AskAsync(string address, string basePath, string token, CancellationToken cancellationToken)
    {
        var answer = await question.AskAsync(address, $"{basePath}mesonet/activity", token, LongestAnswer, cancellationToken);
        return SeatActivity.TryParse(answer, Instant.FromDateTimeOffset(time.GetUtcNow()), out var activity) ? activity : null;
    }
}
