using System.Text.Json;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.Cli.Status;

/// <summary><c>mesonet status</c>: is the cluster up, how are its parts, where are the seats.</summary>
internal sealed class StatusCommand(LocalSite site, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public async Task<int> RunAsync(bool asJson, CancellationToken cancellationToken)
    {
        var state = site.ReadSupervisor();
        IReadOnlyList<SeatRow> seats = [];
        PersonLinks? people = null;
        string? unread = null;
        if (state is { Phase: "ready", Kubeconfig: { } kubeconfig })
        {
            using var client = await LocalSite.ConnectAsync(kubeconfig, cancellationToken);
            try
            {
                var links = await PortalLinks.ReadAsync(client, state.Portal, cancellationToken);
                people = links is null ? null : PersonLinks.Of(links, time);
                seats = await SeatList.ReadAsync(client, links, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or TimeoutException or KubernetesApiException)
            {
                unread = $"The seats cannot be read: the API server does not answer ({exception.Message}).";
            }
        }

        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { cluster = state?.Phase ?? "stopped", kubeconfig = state?.Kubeconfig, metrics = state?.Metrics, portal = state?.Portal, links = people, parts = state?.Parts ?? [], seats }, Json));
            return 0;
        }

        if (state is null)
        {
            Console.WriteLine("No cluster is running. './mesonet up' starts one.");
            return 0;
        }

        Console.WriteLine($"The cluster is {state.Phase}{(state.Message.Length > 0 ? $": {state.Message}" : "")}. Kubeconfig: {state.Kubeconfig ?? "not yet"}");
        if (state.Metrics is { } metrics) Console.WriteLine($"Metrics: {metrics}");
        foreach (var part in state.Parts)
        {
            var restarts = part.Restarts > 0 ? $", started again {part.Restarts} times" : "";
            Console.WriteLine($"  {part.Name,-26}{(part.ProcessId is { } id ? $"process {id}" : "not running")}{restarts}");
            if (part.LastCrash is not { } crash) continue;
            Console.WriteLine($"    ended at {crash.At:u} with exit code {crash.ExitCode}; the end of its log:");
            foreach (var line in crash.LogTail.Split('\n').TakeLast(5)) Console.WriteLine($"    | {line}");
        }

        if (unread is not null) Console.WriteLine(unread);
        else SeatList.Print(seats);
        if (people is not null) PersonLinks.Print(people, student: null);
        return 0;
    }
}
