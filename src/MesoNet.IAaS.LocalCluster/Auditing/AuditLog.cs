using System.Text.Json;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.LocalCluster.Auditing;

/// <summary>One request as the API server's audit log tells it, once it was answered (a watch: once it ended).</summary>
/// <param name="User">Who asked.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection.</param>
/// <param name="Resource">The plural with its subresource, such as <c>seats/status</c>.</param>
/// <param name="Namespace">The object's namespace; empty for cluster-scoped kinds.</param>
/// <param name="Name">The object's name; empty where the request named none (lists, and most creates).</param>
/// <param name="Code">The HTTP status of the answer.</param>
/// <param name="ReceivedAt">When the API server received it.</param>
public sealed record AuditedRequest(string User, string Verb, string Resource, string Namespace, string Name, int Code, DateTimeOffset ReceivedAt)
{
    /// <summary>Whether the request asked for a change.</summary>
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" or "deletecollection";
}

/// <summary>
/// The API server's own account of who asked for what: its audit log, in mode <c>blocking</c>, so that an answered request is in it.
/// </summary>
/// <param name="Path">The file.</param>
public sealed record AuditLog(string Path)
{
    /// <summary>Where the log ends now, to read on from later.</summary>
    public long End => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The requests logged between two ends.</summary>
    public IEnumerable<AuditedRequest> Read(long from = 0, long to = long.MaxValue)
    {
        if (!File.Exists(Path)) yield break;
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;
        using var reader = new StreamReader(stream);
        var position = from;
        while (position < to && reader.ReadLine() is { } line)
        {
            position += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            if (TryRead(line) is { } request) yield return request;
        }
    }

    /// <summary>The policy file: the metadata of requests of some users, and nothing of anybody else.</summary>
    internal static string Policy(IEnumerable<string> users) => new JsonObject
    {
        ["apiVersion"] = "audit.k8s.io/v1",
        ["kind"] = "Policy",
        ["omitStages"] = new JsonArray("RequestReceived", "ResponseStarted"),
        ["rules"] = new JsonArray(
            new JsonObject { ["level"] = "Metadata", ["users"] = new JsonArray([.. users.Select(user => JsonValue.Create(user))]) },
            new JsonObject { ["level"] = "None" }),
    }.ToJsonString();

    private static AuditedRequest? TryRead(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not { } entry || entry["objectRef"] is not { } target) return null;
            var subresource = target["subresource"]?.GetValue<string>();
            return new(
                entry["user"]!["username"]!.GetValue<string>(), entry["verb"]!.GetValue<string>(),
                target["resource"]!.GetValue<string>() + (subresource is null ? "" : "/" + subresource),
                target["namespace"]?.GetValue<string>() ?? "", target["name"]?.GetValue<string>() ?? "",
                entry["responseStatus"]?["code"]?.GetValue<int>() ?? 0, entry["requestReceivedTimestamp"]!.GetValue<DateTimeOffset>());
        }
        catch (JsonException)
        {
            // The last line may still be being written.
            return null;
        }
    }
}
