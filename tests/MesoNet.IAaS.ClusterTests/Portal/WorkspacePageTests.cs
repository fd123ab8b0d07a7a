using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.ClusterTests.PortalSafety;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>A research workspace in the portal and through the gateway's decisions, on a real API server with the portal's own rights.</summary>
public sealed class WorkspacePageTests(PortalFixture portal, ClusterFixture cluster) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Owner_and_collaborators_open_it_and_nobody_else()
    {
        var workspace = await NewAsync(spec => spec with { Access = new() { Networks = ["teaching"] } });
        var label = SeatHost.LabelOf(workspace);
        foreach (var login in new[] { "adele", "BRUNO" })
        {
            using var browser = await portal.BrowserOfAsync(login);
            Assert.Contains("These", await browser.ReadAsync("/"), StringComparison.Ordinal);
            await UntilOpenAsync(browser, label);
            var pass = await EnterAsync(browser, label);
            using var allowed = await DecideAsync(workspace, pass);
            Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
            var secret = await cluster.Admin.GetAsync<Secret>(new(workspace.Metadata.Namespace!, $"{workspace.Metadata.Name}-tokens"), CancellationToken.None);
            Assert.Equal(System.Text.Encoding.ASCII.GetString(secret.Data![Pod(workspace)]), Assert.Single(allowed.Headers.GetValues("X-Seat-Token")));
            var pod = await cluster.Admin.GetAsync<Pod>(new(workspace.Metadata.Namespace!, Pod(workspace)), CancellationToken.None);
            Assert.Equal($"{pod.Status!.PodIP}:8888", Assert.Single(allowed.Headers.GetValues("X-Seat-Address")));
            using var elsewhere = await DecideAsync(workspace, pass, headers: ("X-Client-Address", "203.0.113.7"));
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
            using var told = await DecideAsync(workspace, pass, "answer", ("X-Client-Address", "203.0.113.7"));
            Assert.Contains("espace de recherche n’est pas ouvert depuis ce réseau", WebUtility.HtmlDecode(await told.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }

        foreach (var (login, role) in new[] { ("student01", SiteRole.Researcher), ("teacher1", SiteRole.Teacher), ("admin", SiteRole.Administrator) })
        {
            using var browser = await portal.BrowserOfAsync(login, role);
            foreach (var path in new[] { "", "/open", "/log", "/events", "/open/events", "/usage.json" }) await browser.ReadAsync($"/workspaces/{label}{path}", HttpStatusCode.Forbidden);
            Assert.DoesNotContain(label, await browser.ReadAsync("/"), StringComparison.Ordinal);
            var forged = new Passes(portal.Portal.Keys, TimeProvider.System).Write(new(label, new(login, true, new HashSet<SiteRole> { role }, []), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
            using var refused = await DecideAsync(workspace, forged);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using var nobody = portal.Portal.Browser();
        Assert.StartsWith("/?return=", await nobody.RedirectOfAsync($"/workspaces/{label}/open"), StringComparison.Ordinal);
        using var unknown = await DecideAsync(workspace, pass: null);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        using var way = await DecideAsync(workspace, pass: null, "answer", ("X-Original-Fetch-Mode", "navigate"));
        Assert.StartsWith($"{portal.Portal.Options.Origin}/workspaces/{label}/open?to=", way.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_stopped_started_and_extended_by_its_page_and_says_how_it_is()
    {
        var workspace = await NewAsync();
        var label = SeatHost.LabelOf(workspace);
        var page = $"/workspaces/{label}";
        using var owner = await portal.BrowserOfAsync("adele");
        using var collaborator = await portal.BrowserOfAsync("bruno");
        await UntilOpenAsync(owner, label);
        var pass = await EnterAsync(owner, label);
        using var stream = await EventStream.OpenAsync(owner.Http, (await ReadAsync(owner, page)).Replace("sse-connect=\"", $"sse-connect=\"{portal.Portal.Options.Origin}", StringComparison.Ordinal));

        await PostAsync(collaborator, page, "Stop");
        Assert.Contains("Seul le responsable de l’espace peut faire cela.", await ReadAsync(collaborator, page), StringComparison.Ordinal);
        Assert.NotEqual(true, (await GetAsync(workspace)).Spec.Suspend);
        await PostAsync(owner, page, "Stop");
        await stream.UntilAsync("L’espace est arrêté");
        await cluster.UntilGoneAsync<Pod>(new(workspace.Metadata.Namespace!, Pod(workspace)));
        await ClusterFixture.EventuallyAsync(async () => (await StatusAsync(workspace, pass)) == HttpStatusCode.Forbidden, () => Task.FromResult("it is still led to"));
        using var away = await DecideAsync(workspace, pass, "answer", ("X-Original-Fetch-Mode", "navigate"));
        Assert.StartsWith($"{portal.Portal.Options.Origin}/workspaces/{label}/open?to=", away.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var door = await ReadAsync(owner, new Uri(away.Headers.Location.OriginalString).PathAndQuery);
        Assert.Contains("Quelqu’un l’a arrêté. Vous pouvez le redémarrer.", door, StringComparison.Ordinal);
        Assert.Contains("may-start", door, StringComparison.Ordinal);
        using var program = await DecideAsync(workspace, pass, "answer", ("X-Original-Fetch-Mode", "cors"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, program.StatusCode);

        // A collaborator starts it, from the page that they wait on.
        using var started = await collaborator.PostAsync(
            $"{page}?handler=Start", [new("opens", "true"), new("to", $"/s/{workspace.Metadata.Name}/{Pod(workspace)}/lab"), new("__RequestVerificationToken", await collaborator.FormTokenAsync($"{page}/open"))]);
        Assert.StartsWith($"{page}/open?to=", started.Headers.Location!.OriginalString, StringComparison.Ordinal);
        await stream.UntilAsync("L’espace est en marche");
        Assert.NotNull((await GetAsync(workspace)).Spec.StartedAt);
        var events = await cluster.Admin.ListAsync<Event>(new() { Namespace = workspace.Metadata.Namespace! }, CancellationToken.None);
        Assert.Contains(events, item => item.Reason == "StartAsked" && item.Message == "bruno asked for it to start.");

        await PostAsync(owner, page, "Extend", ("until", "2020-01-01"));
        Assert.Contains("Ce jour est déjà passé.", await ReadAsync(owner, page), StringComparison.Ordinal);
        var until = DateTime.UtcNow.AddYears(2).ToString("yyyy-MM-dd");
        await PostAsync(owner, page, "Extend", ("until", until));
        Assert.Equal(until, (await GetAsync(workspace)).Spec.Until);
        await ClusterFixture.EventuallyAsync(async () => (await ReadAsync(owner, page)).Contains(DateTime.UtcNow.AddYears(2).Year.ToString(), StringComparison.Ordinal), () => ReadAsync(owner, page));
    }

    [Fact]
    public async Task A_wish_is_taken_from_the_portals_own_pages_alone()
    {
        var workspace = await NewAsync();
        var page = $"/workspaces/{SeatHost.LabelOf(workspace)}";
        using var owner = await portal.BrowserOfAsync("adele");
        await UntilOpenAsync(owner, SeatHost.LabelOf(workspace));
        var token = await owner.FormTokenAsync(page);
        foreach (var handler in new[] { "Start", "Stop", "Extend" })
        {
            using var without = await owner.PostAsync($"{page}?handler={handler}", []);
            Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
            using var foreign = await owner.PostAsync($"{page}?handler={handler}", [new("__RequestVerificationToken", token)], ("Origin", portal.Portal.Options.OriginOf(SeatHost.LabelOf(workspace))));
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        }

        using var answer = await owner.GetAsync(page);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(workspace.Metadata.Generation, (await GetAsync(workspace)).Metadata.Generation);
    }

    [Fact]
    public async Task Script_in_titles_logins_and_images_is_text_on_every_page()
    {
        var workspace = await NewAsync(spec => spec with
        {
            Title = PortalFixture.Script, Image = "<script>alert(1)</script>", Owner = "<img-onerror=alert(1)>", Collaborators = [new() { Login = "<b>bruno" }],
        });
        var label = SeatHost.LabelOf(workspace);
        using var owner = await portal.BrowserOfAsync("<img-onerror=alert(1)>");
        using var administrator = await portal.BrowserOfAsync("admin", SiteRole.Administrator);
        await ClusterFixture.EventuallyAsync(async () => (await owner.ReadAsync("/")).Contains(label, StringComparison.Ordinal), () => owner.ReadAsync("/"));
        foreach (var text in new[] { await owner.ReadAsync("/"), await owner.ReadAsync($"/workspaces/{label}"), await owner.ReadAsync($"/workspaces/{label}/log"), await administrator.ReadAsync("/admin") })
        {
            Assert.Contains("alert(&#x27;x&#x27;)", text, StringComparison.Ordinal);
            foreach (var raw in new[] { "<script>alert", "<img", "<b>" }) Assert.DoesNotContain(raw, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_it_uses_is_asked_of_its_own_server_and_its_log_of_its_node()
    {
        var workspace = await NewAsync();
        var label = SeatHost.LabelOf(workspace);
        await using var jupyter = await PlayedJupyter.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        jupyter.Answer = context => context.Response.WriteAsync($"{{\"gpu\": false, \"samples\": [[{now - 60}, null, 1073741824, null], [{now}, 0.5, 2147483648, null]]}}");
        await cluster.Admin.MergePatchAsync<Pod>(
            new(workspace.Metadata.Namespace!, Pod(workspace)), new() { ["status"] = new JsonObject { ["podIP"] = jupyter.Address.ToString(), ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = jupyter.Address.ToString() }) } }, CancellationToken.None, "status");
        using var collaborator = await portal.BrowserOfAsync("bruno");
        await UntilOpenAsync(collaborator, label);
        var read = "";
        await ClusterFixture.EventuallyAsync(
            async () => (read = await collaborator.ReadAsync($"/workspaces/{label}/usage.json")).Contains("values", StringComparison.Ordinal), () => Task.FromResult(read));
        var usage = JsonNode.Parse(read)!;
        Assert.Equal("[null,0.5]", usage["charts"]![0]!["values"]!.ToJsonString());
        Assert.Equal("Mémoire\u00a0: 2\u00a0Gio, sur 0,02 demandé.", usage["sentences"]![1]!.GetValue<string>());
        Assert.Contains(jupyter.Seen, seen => seen.Path == $"/s/{workspace.Metadata.Name}/{Pod(workspace)}/mesonet/usage" && seen.Authorization.StartsWith("token ", StringComparison.Ordinal));
        jupyter.Answer = context => context.Response.WriteAsync("<script>alert(1)</script>");
        Assert.Equal("Rien n’est mesuré\u00a0: l’espace ne tourne pas, ou ne répond pas encore.", JsonNode.Parse(await collaborator.ReadAsync($"/workspaces/{label}/usage.json"))!["sentences"]![0]!.GetValue<string>());

        // No kubelet is here to answer; that the portal may ask is what this shows.
        var log = await ReadAsync(collaborator, $"/workspaces/{label}/log");
        Assert.Contains("Le journal ne peut pas être lu pour le moment", log, StringComparison.Ordinal);
        Assert.DoesNotContain("forbidden", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task While_it_starts_its_pages_say_what_its_pod_waits_for()
    {
        var workspace = await NewAsync();
        var key = new ObjectKey(workspace.Metadata.Namespace!, Pod(workspace));
        var before = await cluster.Admin.GetAsync<Pod>(key, CancellationToken.None);
        // Its image comes late.
        await cluster.Admin.MergePatchAsync<ResearchWorkspace>(workspace.Key, new() { ["spec"] = new JsonObject { ["image"] = "never:starts" } }, CancellationToken.None);
        await cluster.UntilAsync<ResearchWorkspace>(workspace.Key, found => found.Status?.ObservedGeneration == found.Metadata.Generation);
        await cluster.Admin.DeleteAsync<Pod>(key, CancellationToken.None);
        var pod = await cluster.UntilAsync<Pod>(key, found => found.Metadata.Uid != before.Metadata.Uid && found.Spec?.NodeName is not null);
        using var owner = await portal.BrowserOfAsync("adele");
        var page = $"/workspaces/{SeatHost.LabelOf(workspace)}/open";
        await ClusterFixture.EventuallyAsync(async () => (await owner.GetAsync(page)).StatusCode == HttpStatusCode.OK && (await ReadAsync(owner, page)).Contains("L’espace démarre", StringComparison.Ordinal), () => ReadAsync(owner, page));
        using var stream = await EventStream.OpenAsync(owner.Http, (await ReadAsync(owner, page)).Replace("sse-connect=\"", $"sse-connect=\"{portal.Portal.Options.Origin}", StringComparison.Ordinal));
        var at = DateTimeOffset.UtcNow.AddMinutes(-2).AddSeconds(-10);
        await cluster.Admin.CreateAsync(
            new Event
            {
                Metadata = new() { Name = $"{pod.Metadata.Name}.1", Namespace = pod.Metadata.Namespace },
                InvolvedObject = new() { ApiVersion = "v1", Kind = "Pod", Namespace = pod.Metadata.Namespace, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
                Type = "Normal", Reason = "Pulling", Message = "Pulling image", FirstTimestamp = at, LastTimestamp = at, Count = 1, Source = new() { Component = "kubelet" },
            },
            CancellationToken.None);
        await stream.UntilAsync("Son image est en cours de téléchargement depuis 2\u00a0minutes.");
    }

    [Fact]
    public async Task The_administrator_sees_all_of_them_with_what_is_wrong()
    {
        var workspace = await NewAsync(spec => spec with { Until = "2020-01-01" }, isOpen: false);
        using var administrator = await portal.BrowserOfAsync("admin", SiteRole.Administrator);
        await ClusterFixture.EventuallyAsync(async () => (await ReadAsync(administrator, "/admin")).Contains("Its last day was 2020-01-01.", StringComparison.Ordinal), () => ReadAsync(administrator, "/admin"));
        var page = await ReadAsync(administrator, "/admin");
        foreach (var text in new[] { workspace.Key.ToString(), "adele", "terminé", "0,01\u00a0cœur, 0,02\u00a0Gio de mémoire" }) Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_administrator_sees_on_which_machine_one_runs()
    {
        var title = $"Essaim {Guid.NewGuid():N}";
        await NewAsync(spec => spec with { Title = title });
        using var administrator = await portal.BrowserOfAsync("admin", SiteRole.Administrator);
        await ClusterFixture.EventuallyAsync(
            async () => (await ReadAsync(administrator, "/admin")).Contains($"<p><strong>{title}</strong> (recherche, adele)</p>", StringComparison.Ordinal), () => ReadAsync(administrator, "/admin"));
    }

    private async Task<ResearchWorkspace> NewAsync(Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null, bool isOpen = true)
    {
        var project = await cluster.NewNamespaceAsync();
        var spec = new ResearchWorkspaceSpec
        {
            Title = "These", Owner = "adele", Collaborators = [new() { Login = "bruno" }], Image = "image:1", Until = DateTime.UtcNow.AddYears(1).ToString("yyyy-MM-dd"), TimeZone = "Etc/UTC",
            Storage = new() { Size = "1Gi" }, Resources = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = "16Mi" },
        };
        var workspace = await cluster.Admin.ApplyAsync(new ResearchWorkspace { Metadata = new() { Name = "these", Namespace = project }, Spec = change?.Invoke(spec) ?? spec }, "test", force: true, CancellationToken.None);
        if (isOpen) await cluster.UntilAsync<ResearchWorkspace>(workspace.Key, found => found.Status?.Stage == WorkspaceStage.Running);
        return workspace;
    }

    private static string Pod(ResearchWorkspace workspace) => Resources.Naming.ObjectNames.Workspace(workspace.Metadata.Namespace!, workspace.Metadata.Name!);

    private Task<ResearchWorkspace> GetAsync(ResearchWorkspace workspace) => cluster.Admin.GetAsync<ResearchWorkspace>(workspace.Key, CancellationToken.None);

    // Known and ready in the portal's own view, which follows the cluster.
    private static async Task UntilOpenAsync(PortalBrowser browser, string label) => await ClusterFixture.EventuallyAsync(
        async () =>
        {
            using var answer = await browser.GetAsync($"/workspaces/{label}/open");
            return answer.Headers.Location?.OriginalString.Contains("/gateway/enter?ticket=", StringComparison.Ordinal) == true;
        },
        async () => $"{await (await browser.GetAsync($"/workspaces/{label}/open")).Content.ReadAsStringAsync()}");

    private async Task<string?> EnterAsync(PortalBrowser browser, string label)
    {
        using var answer = await browser.Http.GetAsync(await browser.RedirectOfAsync($"/workspaces/{label}/open"));
        Assert.EndsWith("/lab", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        return cookie.Split(';')[0][(portal.Portal.Options.PassCookie.Length + 1)..];
    }

    private static async Task PostAsync(PortalBrowser browser, string page, string handler, params (string Name, string Value)[] fields)
    {
        using var answer = await browser.PostAsync(
            $"{page}?handler={handler}", [.. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)), new("__RequestVerificationToken", await browser.FormTokenAsync(page))]);
        Assert.Equal((HttpStatusCode.Found, page), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    private async Task<HttpStatusCode> StatusAsync(ResearchWorkspace workspace, string? pass)
    {
        using var answer = await DecideAsync(workspace, pass);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> DecideAsync(ResearchWorkspace workspace, string? pass, string question = "decision", params (string Name, string Value)[] headers)
    {
        using var browser = portal.Portal.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, browser.Url($"/gateway/{question}"));
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["X-Original-Uri"] = $"/s/{workspace.Metadata.Name}/{Pod(workspace)}/lab", ["X-Original-Method"] = "GET", ["X-Client-Address"] = "192.0.2.7",
            ["X-Original-Host"] = new Uri(portal.Portal.Options.OriginOf(SeatHost.LabelOf(workspace))).Authority,
        };
        if (pass is not null) all["Cookie"] = $"{portal.Portal.Options.PassCookie}={pass}";
        foreach (var (name, value) in headers) all[name] = value;
        foreach (var (name, value) in all) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await browser.Http.SendAsync(request);
    }

    private static async Task<string> ReadAsync(PortalBrowser browser, string path) => WebUtility.HtmlDecode(await browser.ReadAsync(path));
}
