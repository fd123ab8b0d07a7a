using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Notebook;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>The texts that the ConfigMaps of every course hold: some 200 kilobytes, which need not be in memory once for each course.</summary>
public static class OwnTexts
{
    private static readonly Lazy<HashSet<string>> Known = new(() => new(HomesProgramFiles.All.Values.Concat(NotebookFiles.Texts), StringComparer.Ordinal));

    /// <summary>The same ConfigMap with our own texts where it holds equal ones.</summary>
    public static ConfigMap Share(ConfigMap map) => map.Data is null
        ? map
        : map with { Data = map.Data.ToDictionary(text => text.Key, text => Known.Value.TryGetValue(text.Value, out var own) ? own : text.Value, StringComparer.Ordinal) };
}
