using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The README's commands, run as they stand there, from top to bottom.</summary>
[Collection(CrashCollection.Name)]
public sealed class ReadmeTests(LocalClassroom classroom)
{
    [Fact]
    public async Task Every_command_of_the_readme_works()
    {
        await classroom.UntilAnswersAsync("student01");
        var commands = await Guide.CommandsAsync("README.md");
        Assert.Contains("./mesonet up", commands);
        // This test is part of what './mesonet test' runs.
        foreach (var command in commands.Where(command => !command.StartsWith("./mesonet test", StringComparison.Ordinal)))
        {
            var result = await Command.TryRunAsync(
                "bash", ["-c", $"cd '{LocalSite.RepositoryRoot}' && {command}"], CancellationToken.None,
                environment: new Dictionary<string, string> { ["MESONET_CLUSTER"] = LocalClassroom.Name });
            Assert.True(result.ExitCode == 0, $"{command}\n{result.Output}\n{result.Errors}");
        }

        await LocalClassroom.MesonetAsync("up");
    }
}
