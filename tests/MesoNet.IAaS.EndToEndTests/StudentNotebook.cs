using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A student's JupyterLab, used by its own protocol: pages, files, and a kernel over its WebSocket.</summary>
public sealed class StudentNotebook(HttpClient http, Uri lab)
{
    private readonly string token = System.Web.HttpUtility.ParseQueryString(lab.Query)["token"]!;

    public Uri Lab => lab;

    public async Task<bool> AnswersAsync()
    {
        using var response = await http.GetAsync(lab);
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("JupyterLab", StringComparison.Ordinal);
    }

    public async Task<int> StatusWithoutTokenAsync()
    {
        using var response = await http.GetAsync(Api("api/contents"));
        return (int)response.StatusCode;
    }

    public async Task<JsonNode> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null);

    public async Task<string> GetTextAsync(string path) => await http.GetStringAsync(Api(path));

    public async Task<string> ReadFileAsync(string path) => (await SendAsync(HttpMethod.Get, $"api/contents/{path}?format=text&type=file", null))["content"]!.GetValue<string>();

    public async Task WriteFileAsync(string path, string text) =>
        await SendAsync(HttpMethod.Put, $"api/contents/{path}", new JsonObject { ["type"] = "file", ["format"] = "text", ["content"] = text });

    /// <summary>Runs code in a fresh kernel and returns what it printed, or the error's last line.</summary>
    public async Task<string> RunAsync(string code)
    {
        var kernel = (await SendAsync(HttpMethod.Post, "api/kernels", new JsonObject { ["name"] = "python3" }))["id"]!.GetValue<string>();
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(Api($"api/kernels/{kernel}/channels")) { Scheme = "ws", Query = $"token={token}" }.Uri;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await socket.ConnectAsync(address, patience.Token);
        var request = new JsonObject
        {
            ["header"] = new JsonObject { ["msg_id"] = "run", ["msg_type"] = "execute_request", ["username"] = "", ["session"] = "test", ["version"] = "5.3" },
            ["parent_header"] = new JsonObject(), ["metadata"] = new JsonObject(), ["channel"] = "shell",
            ["content"] = new JsonObject { ["code"] = code, ["silent"] = false, ["store_history"] = false, ["user_expressions"] = new JsonObject(), ["allow_stdin"] = false },
        };
        await socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, patience.Token);
        var printed = new StringBuilder();
        while (true)
        {
            var message = await ReceiveAsync(socket, patience.Token);
            if (message["parent_header"]?["msg_id"]?.GetValue<string>() != "run") continue;
            switch (message["msg_type"]?.GetValue<string>() ?? message["header"]!["msg_type"]!.GetValue<string>())
            {
                case "stream":
                    printed.Append(message["content"]!["text"]!.GetValue<string>());
                    break;
                case "error":
                    printed.Append($"{message["content"]!["ename"]}: {message["content"]!["evalue"]}");
                    break;
                case "status" when message["content"]!["execution_state"]!.GetValue<string>() == "idle":
                    await SendAsync(HttpMethod.Delete, $"api/kernels/{kernel}", null);
                    return printed.ToString();
            }
        }
    }

    /// <summary>Types a command into a fresh terminal and returns what it shows until the command has ended, with the exit code.</summary>
    public async Task<(int ExitCode, string Shown)> TypeAsync(string command)
    {
        var terminal = (await SendAsync(HttpMethod.Post, "api/terminals", new JsonObject()))["name"]!.GetValue<string>();
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await socket.ConnectAsync(new UriBuilder(Api($"terminals/websocket/{terminal}")) { Scheme = "ws", Query = $"token={token}" }.Uri, patience.Token);
        // What is typed is shown too; only what the shell makes of it has a number there.
        var line = new JsonArray("stdin", $"{command}; echo \"ended:$?\"\r");
        await socket.SendAsync(Encoding.UTF8.GetBytes(line.ToJsonString()), WebSocketMessageType.Text, true, patience.Token);
        var shown = new StringBuilder();
        while (true)
        {
            var message = (await ReceiveAsync(socket, patience.Token)).AsArray();
            if (message[0]!.GetValue<string>() != "stdout") continue;
            shown.Append(message[1]!.GetValue<string>());
            if (Regex.Match(shown.ToString(), "ended:(?<code>[0-9]+)\r", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)) is not { Success: true } end) continue;
            await SendAsync(HttpMethod.Delete, $"api/terminals/{terminal}", null);
            return (int.Parse(end.Groups["code"].Value, CultureInfo.InvariantCulture), shown.ToString());
        }
    }

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            await whole.WriteAsync(buffer.AsMemory(0, part.Count), cancellationToken);
            if (part.EndOfMessage) return JsonNode.Parse(whole.ToArray())!;
        }
    }

    private Uri Api(string path) => new(lab, path);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, Api(path));
        request.Headers.Add("Authorization", $"token {token}");
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
    }
}
