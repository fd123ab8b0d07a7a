using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Seats;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>Asks a seat's pod whether somebody or something works in it. The pod looks at itself for some two seconds.</summary>
internal sealed class SeatAsker(KubernetesClient client, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What the pod answers; null where it doesn't, or not in words that can be read, and then the log says why.</summary>
    public async Task<SeatActivity?> AskAsync(ObjectKey pod, CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.ExecAsync(pod, SeatPod.ContainerName, NotebookFiles.AskCommand, Patience, cancellationToken);
            if (result.ExitCode != 0)
            {
                logger.LogWarning("The seat {Pod} could not say whether it is used: exit code {ExitCode}, {Errors}", pod, result.ExitCode, LastLine(result.Errors));
                return null;
            }

            if (SeatActivity.TryParse(LastLine(result.Output), Instant.FromDateTimeOffset(time.GetUtcNow()), out var activity)) return activity;
            logger.LogWarning("The seat {Pod} answered what cannot be read: {Answer}", pod, LastLine(result.Output));
            return null;
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            logger.LogWarning("The seat {Pod} could not be asked whether it is used: {Reason}", pod, exception.Message);
            return null;
        }
    }

    // A student's code may be what runs in there: no line of theirs may fill the log, or begin another.
    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "nothing";
        var plain = string.Concat(line.Where(letter => !char.IsControl(letter)));
        return plain.Length > 500 ? plain[..500] : plain;
    }
}
