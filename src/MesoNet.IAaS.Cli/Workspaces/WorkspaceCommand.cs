using System.CommandLine;
using MesoNet.IAaS.Cli.Options;
using MesoNet.IAaS.Cli.Timetable;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Workspaces;

/// <summary><c>mesonet workspace ...</c>: what a researcher asks of a workspace.</summary>
internal static class WorkspaceCommand
{
    public static Command Create(Option<string> name, Option<string> output, TimeProvider time)
    {
        var project = new Option<string?>("--namespace", "-n") { Description = "The project's namespace, where several have a workspace of that name." };
        return new("workspace", "List, start, stop or extend a research workspace, or see how it is.")
        {
            List(name, output, time), Start(project, name, time), Stop(project, name, time), Extend(project, name, time), Status(project, name, output, time), Logs(project, name, time),
        };
    }

    private static Argument<string> Workspace() => new("workspace") { Description = "The workspace's name." };

    private static Command List(Option<string> name, Option<string> output, TimeProvider time)
    {
        var (kubeconfig, context) = PlanCommand.Cluster();
        var list = new Command("list", "List all research workspaces.") { output, kubeconfig, context, name };
        list.SetAction((parsed, token) => new WorkspaceList(Reader(parsed, name, kubeconfig, context, time)).RunAsync(parsed.GetValue(output) == "json", Console.Out, token));
        return list;
    }

    private static Command Start(Option<string?> project, Option<string> name, TimeProvider time)
    {
        var workspace = Workspace();
        var (kubeconfig, context) = PlanCommand.Cluster();
        var start = new Command("start", "Start a workspace that was stopped, by somebody or because nothing was done in it.") { workspace, project, kubeconfig, context, name };
        start.SetAction((parsed, token) => new WorkspaceChange(Reader(parsed, name, kubeconfig, context, time), time)
            .StartAsync(parsed.GetValue(workspace)!, parsed.GetValue(project), Console.Out, token));
        return start;
    }

    private static Command Stop(Option<string?> project, Option<string> name, TimeProvider time)
    {
        var workspace = Workspace();
        var (kubeconfig, context) = PlanCommand.Cluster();
        var stop = new Command("stop", "Stop a workspace; its volume is kept.") { workspace, project, kubeconfig, context, name };
        stop.SetAction((parsed, token) => new WorkspaceChange(Reader(parsed, name, kubeconfig, context, time), time)
            .StopAsync(parsed.GetValue(workspace)!, parsed.GetValue(project), Console.Out, token));
        return stop;
    }

    private static Command Extend(Option<string?> project, Option<string> name, TimeProvider time)
    {
        var workspace = Workspace();
        var until = new Argument<string>("until") { Description = "The new last day, such as 2027-06-30." };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var extend = new Command("extend", "Give a workspace another last day.") { workspace, until, project, kubeconfig, context, name };
        extend.SetAction((parsed, token) => new WorkspaceChange(Reader(parsed, name, kubeconfig, context, time), time)
            .ExtendAsync(parsed.GetValue(workspace)!, parsed.GetValue(project), parsed.GetValue(until)!, Console.Out, token));
        return extend;
    }

    private static Command Status(Option<string?> project, Option<string> name, Option<string> output, TimeProvider time)
    {
        var workspace = Workspace();
        var (kubeconfig, context) = PlanCommand.Cluster();
        var status = new Command("status", "Tell how a workspace is, when it makes room next, and how much time that has cost it.") { workspace, project, output, kubeconfig, context, name };
        status.SetAction((parsed, token) => new WorkspaceReport(Reader(parsed, name, kubeconfig, context, time), time)
            .StatusAsync(parsed.GetValue(workspace)!, parsed.GetValue(project), parsed.GetValue(output) == "json", Console.Out, token));
        return status;
    }

    private static Command Logs(Option<string?> project, Option<string> name, TimeProvider time)
    {
        var workspace = Workspace();
        var lines = new Option<int>("--lines") { Description = "How many of the last lines.", DefaultValueFactory = _ => 100 }
            .Checked("a number from 1 to 100000", number => number is >= 1 and <= 100_000);
        var (kubeconfig, context) = PlanCommand.Cluster();
        var logs = new Command("logs", "Print what the workspace's JupyterLab has printed since it started.") { workspace, lines, project, kubeconfig, context, name };
        logs.SetAction((parsed, token) => new WorkspaceReport(Reader(parsed, name, kubeconfig, context, time), time)
            .LogsAsync(parsed.GetValue(workspace)!, parsed.GetValue(project), parsed.GetValue(lines), Console.Out, token));
        return logs;
    }

    private static ClusterReader Reader(ParseResult parsed, Option<string> name, Option<string?> kubeconfig, Option<string?> context, TimeProvider time) =>
        new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time);
}
