using System.CommandLine;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.LeaderElection;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Operator.Hosting;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig; by default kubectl's, or the pod's own service account." };
var context = new Option<string?>("--context") { Description = "The context of the kubeconfig; by default its current one." };
var leaseNamespace = new Option<string>("--lease-namespace") { Description = "Where the leader's Lease is kept.", DefaultValueFactory = _ => "mesonet-system" };
var leaseDuration = Seconds("--lease-duration", LeaderElectionTimes.Default.LeaseDuration, "another operator may take over this long after the leader's last sign of life");
var renewDeadline = Seconds("--renew-deadline", LeaderElectionTimes.Default.RenewDeadline, "the leader stops when it could not renew its lease for this long");
var retryPeriod = Seconds("--retry-period", LeaderElectionTimes.Default.RetryPeriod, "how often the lease is renewed, or tried for");
var metricsAddress = new Option<string?>("--metrics-address") { Description = "Where metrics are told as Prometheus reads them, such as 127.0.0.1:9464, or +:9464 for all addresses; nowhere by default." };
metricsAddress.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string?>() is { } address && (address.LastIndexOf(':') is not (> 0 and var colon) || !ushort.TryParse(address[(colon + 1)..], out _)))
        result.AddError($"--metrics-address takes an address and a port, such as 127.0.0.1:9464, not '{address}'.");
});
var platforms = new Option<string?>("--platforms") { Description = "A file with the site's own catalogue of platforms; the built-in one, with public images, by default." };
var localImages = new Option<bool>("--local-images") { Description = "Platforms mean the images that 'mesonet up' builds." };
// For trials where watches fail all the time: with the usual times the effect of each failure would last longer than the trial.
var watchDuration = Hidden(Seconds("--watch-duration", WatcherTimes.Default.Duration, "a watch is renewed after this"));
var watchGrace = Hidden(Seconds("--watch-grace", WatcherTimes.Default.Grace, "a watch that lasts longer than it should by this is taken for dead"));
var relistAfter = Hidden(Seconds("--relist-after", WatcherTimes.Default.RelistAfter, "everything is listed anew when the last list is older than this"));
var root = new RootCommand("The MesoNet IAaS operator: brings each ClassroomEnvironment to what it asks for.")
{
    kubeconfig, context, leaseNamespace, leaseDuration, renewDeadline, retryPeriod, metricsAddress, platforms, localImages, watchDuration, watchGrace, relistAfter,
};
root.SetAction(async (parsed, cancellationToken) =>
{
    var election = new LeaderElectionTimes(
        TimeSpan.FromSeconds(parsed.GetValue(leaseDuration)), TimeSpan.FromSeconds(parsed.GetValue(renewDeadline)), TimeSpan.FromSeconds(parsed.GetValue(retryPeriod)));
    if (election.Problem is { } problem)
    {
        await Console.Error.WriteLineAsync($"mesonet-operator: {problem}");
        return 2;
    }

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
        var watches = new WatcherTimes
        {
            Duration = TimeSpan.FromSeconds(parsed.GetValue(watchDuration)), Grace = TimeSpan.FromSeconds(parsed.GetValue(watchGrace)),
            RelistAfter = TimeSpan.FromSeconds(parsed.GetValue(relistAfter)),
        };
        builder.Services.AddSingleton(new OperatorOptions(connection, parsed.GetValue(leaseNamespace)!, election, watches, PlatformCatalogue.Load(parsed.GetValue(platforms), parsed.GetValue(localImages)), parsed.GetValue(metricsAddress)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<OperatorService>();
        using var host = builder.Build();
        // Asked for now: the host disposes of its services when it has run.
        var service = host.Services.GetServices<IHostedService>().OfType<OperatorService>().Single();
        await host.RunAsync(cancellationToken);
        // A service that failed stops its host in good order; whoever supervises this process should still hear of it.
        return service.ExitCode;
    }
    catch (Exception exception) when (exception is KubeconfigException or FormatException)
    {
        await Console.Error.WriteLineAsync($"mesonet-operator: {exception.Message}");
        return 2;
    }
});
// The host hears SIGTERM itself and takes the time it needs; the command line's own patience of two seconds would cut it short.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });

static Option<double> Seconds(string name, TimeSpan byDefault, string meaning) => new(name)
{
    Description = $"In seconds: {meaning}.",
    DefaultValueFactory = _ => byDefault.TotalSeconds,
    CustomParser = argument =>
    {
        // A day is more than anybody wants, and far from what a timer cannot count to.
        if (double.TryParse(argument.Tokens[0].Value, out var seconds) && seconds is > 0 and <= 86_400) return seconds;
        argument.AddError($"{name} must be a number of seconds above 0, at most 86400, not '{argument.Tokens[0].Value}'.");
        return 0;
    },
};

static Option<double> Hidden(Option<double> option)
{
    option.Hidden = true;
    return option;
}
