using System.CommandLine;
using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.Cli.Courses;
using MesoNet.IAaS.Cli.Crds;
using MesoNet.IAaS.Cli.Seats;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Simulation;
using MesoNet.IAaS.Cli.Status;
using MesoNet.IAaS.Cli.Testing;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Cli.Up;
using MesoNet.IAaS.Cli.Workspaces;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Naming;
using Command = System.CommandLine.Command;

var time = TimeProvider.System;
var name = new Option<string>("--name")
{
    Description = "Which local cluster, where there are several on this machine.",
    DefaultValueFactory = _ => LocalSite.DefaultName,
};
name.Validators.Add(result =>
{
    var value = result.GetValueOrDefault<string>();
    if (value is null || value.Length is 0 or > 10 || !value.All(char.IsAsciiLetterOrDigit) || value.Any(char.IsAsciiLetterUpper))
        result.AddError("--name takes one to ten lowercase letters and digits.");
});
var fakeResource = new Option<string[]>("--fake-resource")
{
    Description = "An extended resource for the node, such as nvidia.com/gpu=4: the scheduler counts it, no device is behind it.",
    DefaultValueFactory = _ => [],
};
fakeResource.Validators.Add(result =>
{
    foreach (var pair in (result.GetValueOrDefault<string[]>() ?? []).Where(pair => pair.Split('=') is not [var resource, var count] || !ExtendedResources.IsName(resource) || !uint.TryParse(count, out _)))
        result.AddError($"\"{pair}\" is no extended resource; write it as nvidia.com/gpu=4.");
});

var noSample = new Option<bool>("--no-sample") { Description = "Start the cluster and the operator without the sample course." };
var platform = new Option<string[]>("--platform") { Description = $"Build and import the image of this platform too, and set up its sample course; one of {string.Join(", ", ClusterParts.Platforms)}.", DefaultValueFactory = _ => [] };
platform.AcceptOnlyFromAmong([.. ClusterParts.Platforms]);
var bare = new Option<bool>("--bare") { Description = "Start the cluster alone, with the images that the Helm chart installs: docs/install.md." };
var up = new Command("up", "Start a Kubernetes on this machine with the sample course in it.") { name, fakeResource, platform, noSample, bare };
up.SetAction((parsed, token) =>
{
    var command = new UpCommand(new(parsed.GetValue(name)!), time);
    return parsed.GetValue(bare)
        ? command.RunBareAsync(parsed.GetValue(fakeResource)!, token)
        : command.RunAsync(parsed.GetValue(fakeResource)!, parsed.GetValue(platform)!, !parsed.GetValue(noSample), token);
});

var supervise = new Command("supervise", "Hold a local cluster; 'up' starts this in the background.") { name, fakeResource, bare };
supervise.Hidden = true;
supervise.SetAction((parsed, token) => new Supervisor(new(parsed.GetValue(name)!), parsed.GetValue(bare), time).RunAsync(
    parsed.GetValue(fakeResource)!.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal), token));

var output = new Option<string>("--output", "-o") { Description = "json for programs.", DefaultValueFactory = _ => "text" };
output.AcceptOnlyFromAmong("text", "json");
var status = new Command("status", "Show the local cluster's parts and the seats with their addresses.") { name, output };
status.SetAction((parsed, token) => new StatusCommand(new(parsed.GetValue(name)!), time).RunAsync(parsed.GetValue(output) == "json", token));

var purge = new Option<bool>("--purge") { Description = "Delete the homes and everything else of the cluster as well." };
var down = new Command("down", "Stop the local cluster; homes are kept.") { name, purge };
down.SetAction((parsed, token) => new DownCommand(new(parsed.GetValue(name)!), time).RunAsync(parsed.GetValue(purge), token));

var crds = new Command("crds", "Generate crds/ from the resource types.");
crds.SetAction((_, token) => CrdsCommand.RunAsync(token));

var arguments = new Argument<string[]>("arguments") { Description = "What kubectl is to do.", Arity = ArgumentArity.ZeroOrMore };
var kubectl = new Command("kubectl", "Run kubectl on the local cluster as its administrator.") { arguments };
kubectl.TreatUnmatchedTokensAsErrors = false;
kubectl.SetAction((_, token) => KubectlCommand.RunAsync(new(LocalSite.DefaultName), args[1..], token));

var filter = new Option<string?>("--filter") { Description = "Run only tests whose full name contains this." };
var test = new Command("test", "Run all tests.") { filter };
test.SetAction((parsed, token) => new TestCommand(time).RunAsync(parsed.GetValue(filter), token));

var root = new RootCommand("MesoNet IaaS: an AI environment orchestrator for Kubernetes.") { up, status, LinkCommand.Create(name, time), kubectl, down, ImagesCommand.Create(time), PlanCommand.Create(name, time), CalendarCommand.Create(name, output, time), SimulateCommand.Create(), SeatCommand.Create(name, time), CourseCommand.Create(name, output, time), WorkspaceCommand.Create(name, output, time), test, crds, BenchCommand.Create(time), supervise };
try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is HttpRequestException or TimeoutException)
{
    await Console.Error.WriteLineAsync($"mesonet: the cluster's API server does not answer: {exception.Message} './mesonet status' tells how its parts are.");
    return 1;
}
catch (Exception exception) when (exception is UserMistakeException or PartFailedException or CommandFailedException or KubeconfigException)
{
    await Console.Error.WriteLineAsync($"mesonet: {exception.Message}");
    return 1;
}
