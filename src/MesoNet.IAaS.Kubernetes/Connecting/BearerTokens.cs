using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Kubernetes.Connecting;

/// <summary>
/// Adds a bearer token to each request. Tokens rotate: the token is asked for again each minute, when it expires, and once more
/// after a 401. Where there is none to be had just now, the one that was good so far is sent on; without any, the request fails as a
/// connection does (<see cref="HttpRequestException"/>), and may be repeated.
/// </summary>
internal sealed class BearerTokenHandler(Func<CancellationToken, Task<BearerToken>> source, TimeProvider time, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim gate = new(1, 1);
    private BearerToken? current;
    private DateTimeOffset readAgainAt;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(refuse: null, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized) return response;

        var fresh = await TokenAsync(refuse: token, cancellationToken);
        if (fresh == token) return response;
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fresh);
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) gate.Dispose();
        base.Dispose(disposing);
    }

    private async Task<string> TokenAsync(string? refuse, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (current is null || now >= readAgainAt || current.Value == refuse)
            {
                var usable = current is not null && current.Value != refuse ? current : null;
                current = await TryReadAsync(usable, cancellationToken);
                readAgainAt = current.ExpiresAt is { } expiry && expiry > now && expiry < now + Lifetime ? expiry : now + Lifetime;
            }

            return current.Value;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<BearerToken> TryReadAsync(BearerToken? otherwise, CancellationToken cancellationToken)
    {
        try
        {
            return await source(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KubeconfigException)
        {
            return otherwise ?? throw new HttpRequestException($"There is no bearer token to be had: {exception.Message}", exception);
        }
    }
}

/// <summary>A token and, where its giver said so, when it stops being good.</summary>
public sealed record BearerToken(string Value, DateTimeOffset? ExpiresAt = null)
{
    internal static async Task<BearerToken> FromFileAsync(string path, CancellationToken cancellationToken) =>
        new((await File.ReadAllTextAsync(path, cancellationToken)).Trim());
}

/// <summary>Runs a credential plugin and reads its ExecCredential.</summary>
internal sealed record ExecCredential(string? Token, string? ClientCertificate, string? ClientKey, DateTimeOffset? ExpiresAt)
{
    public static async Task<ExecCredential> RunAsync(ExecEntry exec, CancellationToken cancellationToken)
    {
        var version = exec.ApiVersion ?? "client.authentication.k8s.io/v1";
        var start = new ProcessStartInfo(exec.Command, exec.Args ?? []) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBERNETES_EXEC_INFO"] = new JsonObject
        {
            ["apiVersion"] = version,
            ["kind"] = "ExecCredential",
            ["spec"] = new JsonObject { ["interactive"] = false },
        }.ToJsonString();
        foreach (var variable in exec.Env ?? []) start.Environment[variable.Name] = variable.Value;

        using var process = Start(start);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new KubeconfigException($"The credential plugin {exec.Command} failed with exit code {process.ExitCode}: {(await errors).Trim()}");
        var status = JsonNode.Parse(output)?["status"]
            ?? throw new KubeconfigException($"The credential plugin {exec.Command} printed no ExecCredential with a status.");
        return new(
            status["token"]?.GetValue<string>(),
            status["clientCertificateData"]?.GetValue<string>(),
            status["clientKeyData"]?.GetValue<string>(),
            status["expirationTimestamp"]?.GetValue<DateTimeOffset>());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new KubeconfigException($"The credential plugin {start.FileName} cannot be started: {exception.Message}", exception);
        }
    }
}
