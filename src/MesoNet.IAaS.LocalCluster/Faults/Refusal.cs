using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;
using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>Refusals in the API server's words (<c>metav1.Status</c>).</summary>
internal static class Refusal
{
    public static async Task AnswerAsync(HttpResponse response, Fault.Answer answer, CancellationToken cancellationToken)
    {
        response.StatusCode = answer.Code;
        response.ContentType = "application/json";
        if (answer.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(KubernetesJson.Write(Status(answer.Code, answer.Reason)), cancellationToken);
    }

    /// <summary>A watch's ERROR event, with its line's end.</summary>
    public static byte[] Line(Fault.WatchError error) =>
        [.. KubernetesJson.Write(new JsonObject { ["type"] = "ERROR", ["object"] = Status(error.Code, error.Reason) }), (byte)'\n'];

    private static JsonObject Status(int code, string reason) => new()
    {
        ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(),
        ["status"] = "Failure", ["message"] = $"{reason}, says the fault proxy.", ["reason"] = reason, ["code"] = code,
    };
}
