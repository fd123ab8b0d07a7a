using System.CommandLine;
using MesoNet.IAaS.Cli.Progress;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Up;

/// <summary><c>mesonet images</c>: makes the images that the Helm chart installs, for a registry of the site.</summary>
internal static class ImagesCommand
{
    public static Command Create(TimeProvider time)
    {
        var images = new Command("images", "Make the images of the operator, the portal and the gateway, for a registry of yours; prints the archives.");
        images.SetAction((_, token) => RunAsync(Console.Out, time, token));
        return images;
    }

    private static async Task<int> RunAsync(TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        await Steps.OnConsole(time).RunAsync("images", async progress =>
        {
            foreach (var image in await ClusterParts.PrepareInstallationAsync(progress, time, cancellationToken))
                await output.WriteLineAsync($"{image.Name}  {image.Archive}");
            return "";
        });
        return 0;
    }
}
