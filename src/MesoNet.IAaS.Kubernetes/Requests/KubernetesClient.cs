using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>
/// Typed calls to one API server. Thread-safe. Every call has a deadline (<see cref="CallTimeout"/>), watches excepted. A 429 is waited
/// out and repeated, since the server did not act on it; nothing else is repeated here, callers being level-based.
/// </summary>
/// <remarks>
/// A refusal is a <see cref="KubernetesApiException"/>; a connection that fails is an <see cref="HttpRequestException"/>; a deadline
/// that passes is a <see cref="TimeoutException"/>.
/// </remarks>
public sealed partial class KubernetesClient : IDisposable
{
    private const int RepeatsOfTooManyRequests = 5;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>Opens no connection yet.</summary>
    public KubernetesClient(KubernetesConnection connection, TimeProvider time, string userAgent = "mesonet")
    {
        this.time = time;
        // The infinite timeout is what lets a watch live; each other call has its own deadline.
        http = new HttpClient(connection.CreateHandler(time)) { BaseAddress = connection.Server, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestVersion = HttpVersion.Version20;
        http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        // The handler checks the server's certificate against the Host header where one is set.
        if (connection.TlsServerName is { } serverName) http.DefaultRequestHeaders.Host = serverName;
        http.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>The deadline of a call.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called when the server answers that it is overloaded (429), before that is waited out.</summary>
    public Action? Overloaded { get; init; }

    /// <summary>
    /// Called right before each request that asks for a change is sent, and again before it is repeated. What it throws is thrown by the
    /// call instead of sending: how a leader that lost its lease is kept from writing.
    /// </summary>
    public Action? BeforeWrite { get; init; }

    /// <summary>Reads one object, or null where it does not exist.</summary>
    public async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken) where T : KubernetesObject
    {
        try
        {
            return await GetAsync<T>(key, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads one object.</summary>
    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken) where T : KubernetesObject =>
        SendAsync<T>(HttpMethod.Get, ResourceType.Of<T>().ObjectPath(key), body: null, mediaType: null, cancellationToken);

    /// <summary>Reads one page of a collection. Items get the apiVersion and kind that lists leave out.</summary>
    public async Task<ObjectPage<T>> ListPageAsync<T>(ListQuery query, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var path = ResourceType.Of<T>().CollectionPath(query.Namespace) + query.ToQueryString();
        return await SendWithinDeadlineAsync(HttpMethod.Get, path, body: null, mediaType: null, ReadPageAsync, cancellationToken);

        static async Task<ObjectPage<T>> ReadPageAsync(HttpContent content, CancellationToken cancellationToken)
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            return await new ObjectListReader<T>().ReadAsync(stream, cancellationToken);
        }
    }

    /// <summary>Reads a whole collection; from the start again, once, where its place in the list was forgotten meanwhile.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken) where T : KubernetesObject
    {
        try
        {
            return (await ListAllAsync<T>(query, cancellationToken)).Items;
        }
        catch (KubernetesApiException exception) when (exception.IsGone)
        {
            return (await ListAllAsync<T>(query, cancellationToken)).Items;
        }
    }

    /// <summary>All pages of a collection, as one.</summary>
    internal async Task<ObjectPage<T>> ListAllAsync<T>(ListQuery query, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var page = await ListPageAsync<T>(query, cancellationToken);
        if (page.Continue is null) return page;
        var (items, unreadable) = (new List<T>(page.Items), new List<ObjectKey>(page.Unreadable));
        while (page.Continue is not null)
        {
            page = await ListPageAsync<T>(query with { Continue = page.Continue }, cancellationToken);
            items.AddRange(page.Items);
            unreadable.AddRange(page.Unreadable);
        }

        return page with { Items = items, Unreadable = unreadable };
    }

    /// <summary>
    /// The raw lines of a watch from <paramref name="resourceVersion"/> on, one JSON event each, until the server ends it. The server is
    /// asked to end it after <paramref name="timeout"/>; one that lasts longer than that by <paramref name="grace"/> ends with a
    /// <see cref="TimeoutException"/>.
    /// </summary>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> WatchLinesAsync(
        ResourceType type, ListQuery query, string resourceVersion, TimeSpan timeout, TimeSpan grace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = type.CollectionPath(query.Namespace)
            + (query with { Limit = null, Continue = null }).ToQueryString(
                "watch=1", "allowWatchBookmarks=true", $"resourceVersion={Uri.EscapeDataString(resourceVersion)}",
                $"timeoutSeconds={(int)timeout.TotalSeconds}");
        using var idle = new CancellationTokenSource(timeout + grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        using var response = await SendOnceAsync(request, either.Token, idle.Token);
        await ThrowIfRefusedAsync(response, either.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
        var lines = new LineReader(stream);
        while (true)
        {
            ReadOnlyMemory<byte>? line;
            try
            {
                line = await lines.ReadAsync(either.Token);
            }
            catch (OperationCanceledException exception) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The watch of {type.Plural} outlived its deadline; the connection is taken for dead.", exception);
            }

            if (line is null) yield break;
            yield return line.Value;
        }
    }

    /// <summary>Creates an object; <see cref="KubernetesApiException.IsAlreadyExists"/> where its name is taken.</summary>
    public Task<T> CreateAsync<T>(T item, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var type = ResourceType.Of(item.GetType());
        return SendBackAsync(item, HttpMethod.Post, type.CollectionPath(item.Key.Namespace), type, "application/json", cancellationToken);
    }

    /// <summary>
    /// Replaces an object at the resource version it carries. For small objects that one program owns whole (a Lease): a typed copy
    /// drops the fields its type does not know.
    /// </summary>
    public Task<T> ReplaceAsync<T>(T item, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var type = ResourceType.Of(item.GetType());
        return SendBackAsync(item, HttpMethod.Put, type.ObjectPath(item.Key), type, "application/json", cancellationToken);
    }

    /// <summary>
    /// Server-side apply of the full intent of <paramref name="fieldManager"/>: fields it owned before and does not name now are removed.
    /// An object with a uid is only updated, never created anew.
    /// </summary>
    public Task<T> ApplyAsync<T>(T item, string fieldManager, bool force, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var type = ResourceType.Of(item.GetType());
        var path = $"{type.ObjectPath(item.Key)}?fieldManager={Uri.EscapeDataString(fieldManager)}&force={(force ? "true" : "false")}";
        return SendBackAsync(item, HttpMethod.Patch, path, type, "application/apply-patch+yaml", cancellationToken);
    }

    /// <summary>
    /// Replaces the whole status of an object, as its one owner means it. By JSON patch with a test of the uid: an apply or a merge patch of
    /// the status subresource is not refused where the object of that name is another by now.
    /// </summary>
    /// <exception cref="KubernetesApiException">A conflict, where the object is gone or another than <paramref name="uid"/>; or the status is invalid.</exception>
    public async Task ReplaceStatusAsync<T>(ObjectKey key, string uid, object status, string fieldManager, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var type = ResourceType.Of<T>();
        var patch = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = uid },
            new JsonObject { ["op"] = "add", ["path"] = "/status", ["value"] = JsonSerializer.SerializeToNode(status, status.GetType(), KubernetesJson.Options) });
        try
        {
            await SendAsync<MetadataOnly>(
                HttpMethod.Patch, $"{type.ObjectPath(key)}/status?fieldManager={Uri.EscapeDataString(fieldManager)}",
                KubernetesJson.Write(patch), "application/json-patch+json", cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            // A failed test and an invalid status are told alike.
            if ((await FindAsync<T>(key, cancellationToken))?.Metadata.Uid == uid) throw;
            throw new KubernetesApiException(
                HttpStatusCode.Conflict, new() { Reason = "Conflict", Message = $"The {type.Kind} {key} whose status was to be written is gone." }, retryAfter: null);
        }
    }

    /// <summary>JSON merge patch of an object or (with <paramref name="subresource"/>) of a part of it. Lists are replaced whole.</summary>
    public Task<T> MergePatchAsync<T>(ObjectKey key, JsonObject patch, CancellationToken cancellationToken, string? subresource = null)
        where T : KubernetesObject =>
        SendAsync<T>(
            HttpMethod.Patch, ResourceType.Of<T>().ObjectPath(key) + (subresource is null ? "" : "/" + subresource),
            KubernetesJson.Write(patch), "application/merge-patch+json", cancellationToken);

    /// <summary>Deletes an object if it is still the one with <paramref name="uid"/> (any, where null). One that is gone is fine.</summary>
    public async Task DeleteAsync<T>(
        ObjectKey key, CancellationToken cancellationToken, string? uid = null, long? gracePeriodSeconds = null) where T : KubernetesObject =>
        await DeleteAsync(ResourceType.Of<T>(), key, uid, gracePeriodSeconds, cancellationToken);

    /// <summary>The same for a type known only at run time, and only while it is still at <paramref name="resourceVersion"/> (any, where null).</summary>
    public async Task DeleteAsync(
        ResourceType type, ObjectKey key, string? uid, long? gracePeriodSeconds, CancellationToken cancellationToken, string? resourceVersion = null)
    {
        var options = new DeleteOptions
        {
            ApiVersion = "v1",
            Kind = "DeleteOptions",
            GracePeriodSeconds = gracePeriodSeconds,
            PropagationPolicy = "Background",
            Preconditions = uid is null && resourceVersion is null ? null : new() { Uid = uid, ResourceVersion = resourceVersion },
        };
        try
        {
            await SendAsync<JsonObject>(HttpMethod.Delete, type.ObjectPath(key), KubernetesJson.Write(options), "application/json", cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
        }
    }

    /// <summary>Server-side apply of a manifest of any kind; the API server is asked where objects of that kind are kept.</summary>
    /// <exception cref="KubernetesApiException">The server knows no such kind (NotFound), or refuses the object.</exception>
    public async Task ApplyManifestAsync(JsonNode manifest, string fieldManager, CancellationToken cancellationToken)
    {
        var apiVersion = manifest["apiVersion"]?.GetValue<string>() ?? "";
        var kind = manifest["kind"]?.GetValue<string>() ?? "";
        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        var discovered = await SendAsync<JsonObject>(HttpMethod.Get, root, body: null, mediaType: null, cancellationToken);
        var resource = discovered["resources"]!.AsArray().FirstOrDefault(
            entry => entry!["kind"]!.GetValue<string>() == kind && !entry["name"]!.GetValue<string>().Contains('/', StringComparison.Ordinal));
        if (resource is null)
            throw new KubernetesApiException(HttpStatusCode.NotFound, new() { Reason = "NotFound", Message = $"The cluster knows no {kind} in {apiVersion}." }, null);
        var place = resource["namespaced"]!.GetValue<bool>() ? $"/namespaces/{manifest["metadata"]?["namespace"]?.GetValue<string>() ?? "default"}" : "";
        var path = $"{root}{place}/{resource["name"]!.GetValue<string>()}/{manifest["metadata"]!["name"]!.GetValue<string>()}";
        await SendAsync<JsonObject>(
            HttpMethod.Patch, $"{path}?fieldManager={Uri.EscapeDataString(fieldManager)}&force=true", KubernetesJson.Write(manifest),
            "application/apply-patch+yaml", cancellationToken);
    }

    /// <summary>The text that a path answers with: health checks, metrics, logs of a pod.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        return await SendWithinDeadlineAsync(
            HttpMethod.Get, path, body: null, mediaType: null, async (content, token) => await content.ReadAsStringAsync(token), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // The answer is read as what was sent, whatever the static type: a plan holds objects of many kinds.
    private async Task<T> SendBackAsync<T>(
        T item, HttpMethod method, string path, ResourceType type, string mediaType, CancellationToken cancellationToken) where T : KubernetesObject
    {
        var complete = item with { ApiVersion = type.ApiVersion, Kind = type.Kind };
        var body = JsonSerializer.SerializeToUtf8Bytes(complete, complete.GetType(), KubernetesJson.Options);
        return (T)await SendWithinDeadlineAsync(
            method, path, body, mediaType, (content, token) => ReadJsonAsync(content, complete.GetType(), token), cancellationToken);
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, byte[]? body, string? mediaType, CancellationToken cancellationToken) =>
        (T)await SendWithinDeadlineAsync(method, path, body, mediaType, (content, token) => ReadJsonAsync(content, typeof(T), token), cancellationToken);

    private static async Task<object> ReadJsonAsync(HttpContent content, Type type, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(stream, type, KubernetesJson.Options, cancellationToken) ?? throw new JsonException("The server answered null.");
    }

    // The deadline covers the body too, a refusal's as well: one that stalls half-way would otherwise hang its reader for ever.
    private async Task<TResult> SendWithinDeadlineAsync<TResult>(
        HttpMethod method, string path, byte[]? body, string? mediaType, Func<HttpContent, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await SendUntilTakenAsync(method, path, body, mediaType, read, either, deadline);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {path} was not answered to the end in time.", exception);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException($"{method} {path}: the connection failed before the answer's end: {exception.Message}", exception);
        }
    }

    private async Task<TResult> SendUntilTakenAsync<TResult>(
        HttpMethod method, string path, byte[]? body, string? mediaType, Func<HttpContent, CancellationToken, Task<TResult>> read,
        CancellationTokenSource either, CancellationTokenSource deadline)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType!);
            }

            if (method != HttpMethod.Get) BeforeWrite?.Invoke();
            using var response = await SendOnceAsync(request, either.Token, deadline.Token);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) Overloaded?.Invoke();
            var wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            // A wait beyond the deadline is the caller's to decide on.
            if (response.StatusCode == HttpStatusCode.TooManyRequests && attempt <= RepeatsOfTooManyRequests && wait < CallTimeout)
            {
                await Task.Delay(wait, time, either.Token);
                continue;
            }

            await ThrowIfRefusedAsync(response, either.Token);
            return await read(response.Content, either.Token);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken, CancellationToken deadline)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Method} {request.RequestUri} was not answered in time.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody cancelled: the connection took longer than connecting may.
            throw new TimeoutException($"{request.Method} {request.RequestUri}: the server could not be reached in time.", exception);
        }
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            ApiStatus status;
            try
            {
                status = KubernetesJson.Read<ApiStatus>(body);
            }
            catch (JsonException)
            {
                status = new ApiStatus { Message = $"The API server answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body).Trim()}" };
            }

            throw new KubernetesApiException(response.StatusCode, status, response.Headers.RetryAfter?.Delta);
        }
    }
}
