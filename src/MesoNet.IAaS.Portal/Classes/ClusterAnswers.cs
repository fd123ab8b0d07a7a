using System.Net;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What somebody reads where the cluster could not do what was asked.</summary>
internal static class ClusterAnswers
{
    /// <summary>Does what needs no words where it is done.</summary>
    /// <returns>Why nothing happened; null where it is done.</returns>
    public static async Task<Sentence?> ProblemOfAsync(Func<Task> action)
    {
        var isDone = false;
        var said = await OfAsync(async () =>
        {
            await action();
            isDone = true;
            return new("", "");
        });
        return isDone ? null : said;
    }

    /// <summary>Does it, and says what happened, or why nothing did.</summary>
    public static async Task<Sentence> OfAsync(Func<Task<Sentence>> action)
    {
        try
        {
            return await action();
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return new("Ce n’est plus là\u00a0: la liste du cours a changé.", "It is no longer there: the course’s list has changed.");
        }
        catch (KubernetesApiException exception) when (exception.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity)
        {
            return new($"Le cluster refuse ce changement. Il en dit, en anglais\u00a0: «\u00a0{exception.Message}\u00a0».", $"The cluster refuses this change. It says: “{exception.Message}”.");
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            return new("Le cluster ne répond pas pour le moment. Attendez un instant, puis essayez à nouveau.", "The cluster does not answer at the moment. Wait a little, then try again.");
        }
    }
}
