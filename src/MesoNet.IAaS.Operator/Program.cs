using System.CommandLine;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Operator.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig; by default kubectl's, or the pod's own service account." };
var context = new Option<string?>("--context") { Description = "The context of the kubeconfig; by default its current one." };
var leaseNamespace = new Option<string>("--lease-namespace") { Description = "Where the leader's Lease is kept.", DefaultValueFactory = _ => "mesonet-system" };
var root = new RootCommand("The MesoNet IAaS operator: brings each ClassroomEnvironment to what it asks for.") { kubeconfig, context, leaseNamespace };
root.SetAction(async (parsed, cancellationToken) =>
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.ClearProviders();
    builder.Logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        console.UseUtcTimestamp = true;
    });
    try
    {
        var connection = await KubernetesConnection.DiscoverAsync(parsed.GetValue(kubeconfig), parsed.GetValue(context), cancellationToken);
        builder.Services.AddSingleton(new OperatorOptions(connection, parsed.GetValue(leaseNamespace)!));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<OperatorService>();
        using var host = builder.Build();
        await host.RunAsync(cancellationToken);
        // A service that failed stops its host in good order; whoever supervises this process should still hear of it.
        return host.Services.GetServices<IHostedService>().OfType<OperatorService>().Any(service => service.ExecuteTask?.IsFaulted == true) ? 1 : 0;
    }
    catch (KubeconfigException exception)
    {
        await Console.Error.WriteLineAsync($"mesonet-operator: {exception.Message}");
        return 2;
    }
});
return await root.Parse(args).InvokeAsync();
