using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>What is news to a pod that runs. It stands in its annotations, which the kubelet hands on to the notebook.</summary>
internal static class PodNews
{
    /// <summary>The pod with those annotations that say something else than they should; null where all say it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="told">What each annotation should say: nothing where that is no more, null where it stays as it is.</param>
    // A thousand pods are planned at once, and hardly any has news: nothing is made in memory for the others.
    public static Pod? For(ObservedPod pod, params ReadOnlySpan<(string Annotation, string? Text)> told)
    {
        Dictionary<string, string>? news = null;
        foreach (var (annotation, text) in told)
        {
            if (text is not null && (pod.Metadata.Annotation(annotation) ?? "") != text) (news ??= new(StringComparer.Ordinal)).Add(annotation, text);
        }

        return news is null ? null : new() { Metadata = new() { Name = pod.Metadata.Name, Namespace = pod.Metadata.Namespace, Uid = pod.Metadata.Uid, Annotations = news } };
    }
}
