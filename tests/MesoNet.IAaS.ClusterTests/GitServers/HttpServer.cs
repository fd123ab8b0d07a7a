using System.Diagnostics;
using System.Globalization;
using System.Text;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.ClusterTests.GitServers;

/// <summary>git's own HTTP server (<c>git http-backend</c>, a CGI program) behind a user and a password, on loopback.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private HttpServer(WebApplication application) => this.application = application;

    public string Url => application.Urls.First();

    public static async Task<HttpServer> StartAsync(string repositories, string user, string password)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var backend = Path.Combine((await Command.RunAsync("git", ["--exec-path"], CancellationToken.None)).Trim(), "git-http-backend");
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        application.Run(async context =>
        {
            if (context.Request.Headers.Authorization.ToString() != expected)
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
                return;
            }

            // A token that is good, and may not read this one.
            if (context.Request.Path.StartsWithSegments("/others")) context.Response.StatusCode = 403;
            else await AnswerAsync(context, backend, repositories);
        });
        await application.StartAsync();
        return new(application);
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, string backend, string repositories)
    {
        var request = context.Request;
        var start = new ProcessStartInfo(backend) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new (string, string)[]
        {
            ("GIT_PROJECT_ROOT", repositories), ("GIT_HTTP_EXPORT_ALL", "1"), ("REQUEST_METHOD", request.Method), ("PATH_INFO", request.Path), ("QUERY_STRING", request.QueryString.Value?.TrimStart('?') ?? ""),
            ("CONTENT_TYPE", request.ContentType ?? ""), ("HTTP_CONTENT_ENCODING", request.Headers.ContentEncoding.ToString()), ("GIT_PROTOCOL", request.Headers["Git-Protocol"].ToString()), ("REMOTE_USER", "reader"),
        }) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var sending = Task.Run(async () =>
        {
            await request.Body.CopyToAsync(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        });
        var output = process.StandardOutput.BaseStream;
        while (await LineAsync(output) is { Length: > 0 } line)
        {
            var (name, value) = line.Split(": ", 2) is [var a, var b] ? (a, b) : (line, "");
            if (name == "Status") context.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else context.Response.Headers[name] = value;
        }

        await output.CopyToAsync(context.Response.Body);
        await sending;
        await process.WaitForExitAsync();
    }

    private static async Task<string> LineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var buffer = new byte[1];
        while (await stream.ReadAsync(buffer) == 1 && buffer[0] != '\n')
            if (buffer[0] != '\r') line.Append((char)buffer[0]);
        return line.ToString();
    }
}
