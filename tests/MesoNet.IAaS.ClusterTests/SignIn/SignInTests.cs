using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.ClusterTests.PortalSafety;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using Microsoft.AspNetCore.WebUtilities;

namespace MesoNet.IAaS.ClusterTests.SignIn;

/// <summary>Signing in at a real provider, and all that can go wrong on the way there and back.</summary>
public sealed class SignInTests(ClusterFixture cluster) : IAsyncLifetime
{
    private readonly IPEndPoint address = FreePorts.NextAddress();
    private OpenIdProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await OpenIdProvider.PrepareAsync($"http://portal.localhost:{address.Port}{OpenIdOptions.CallbackPath}");

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    [Theory]
    [InlineData("portal")]
    [InlineData("portal-es256")]
    public async Task A_person_comes_in_with_the_roles_of_their_groups(string client)
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync(client);
        using var administrator = portal.Browser();
        Assert.Contains("href=\"/sign-in\"", await administrator.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Equal("/", await administrator.SignInAsync("admin1"));
        Assert.Contains("(admin1)", await administrator.ReadAsync("/"), StringComparison.Ordinal);
        // Whether they see all courses is what an administrator's role is for.
        var course = await Courses.NewAsync(cluster);
        await course.PutAsync(spec => spec with { Title = course.Template, Teachers = [new() { Login = "teacher1" }] });
        await ClusterFixture.EventuallyAsync(async () => (await administrator.ReadAsync("/")).Contains(course.Template, StringComparison.Ordinal), () => administrator.ReadAsync("/"));
        using var teacher = portal.Browser();
        Assert.Equal("/", await teacher.SignInAsync("Teacher1".ToLowerInvariant()));
        Assert.Contains(course.Template, await teacher.ReadAsync("/"), StringComparison.Ordinal);
        using var student = portal.Browser();
        Assert.Equal("/", await student.SignInAsync("student01"));
        var page = await student.ReadAsync("/");
        Assert.Contains("(student01)", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/courses/{course.Key.Namespace}/", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_come_back_to_where_they_wanted_to_be_and_nowhere_else()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        Assert.Equal("/?return=%2Fseats%2Fs0%3Fdid%3Dhand-in", await browser.RedirectOfAsync("/seats/s0?did=hand-in"));
        Assert.Contains("href=\"/sign-in?return=%2Fseats%2Fs0%3Fdid%3Dhand-in\"", await browser.ReadAsync("/?return=%2Fseats%2Fs0%3Fdid%3Dhand-in"), StringComparison.Ordinal);
        Assert.Equal("/seats/s0?did=hand-in", await browser.SignInAsync("student01", "/seats/s0?did=hand-in"));
        foreach (var elsewhere in new[] { "https://other.example/", "//other.example", "/\\other.example", "/\r\nSet-Cookie: a=b", "/é", "javascript:alert(1)" })
            Assert.Equal("/", await browser.SignInAsync("student01", elsewhere));
        Assert.Equal("/", await browser.SignInAsync("student01", "/" + new string('a', 3_000)));
    }

    [Fact]
    public async Task What_the_portal_asks_for_is_bound_to_the_browser_and_to_the_code()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        var (one, two) = (QueryHelpers.ParseQuery((await browser.LeaveForProviderAsync()).Query), QueryHelpers.ParseQuery((await browser.LeaveForProviderAsync()).Query));
        Assert.Equal("S256", one["code_challenge_method"]);
        Assert.Equal($"{portal.Options.Origin}{OpenIdOptions.CallbackPath}", one["redirect_uri"]);
        foreach (var name in new[] { "code_challenge", "state", "nonce" }) Assert.NotEqual(one[name], two[name]);
        foreach (System.Net.Cookie cookie in browser.Cookies.GetCookies(browser.Url("/"))) Assert.True(cookie.HttpOnly);
        // Whatever host it was asked under.
        using var request = new HttpRequestMessage(HttpMethod.Get, browser.Url("/sign-in"));
        request.Headers.Host = "other.example";
        using var answer = await browser.Http.SendAsync(request);
        Assert.Equal($"{portal.Options.Origin}{OpenIdOptions.CallbackPath}", QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["redirect_uri"]);
    }

    [Fact]
    public async Task The_provider_insists_on_the_proof_of_who_asked()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        var authorization = await browser.LeaveForProviderAsync();
        var without = await browser.LogInAsync(With(authorization, "code_challenge", null), "student01");
        Assert.Contains("error=invalid_request", without.Query, StringComparison.Ordinal);
        Assert.Equal("/sign-in?problem=NotBelieved", await browser.ComeBackAsync(without));
        // A code that was stolen, shown with the right secret: without the verifier, which is in the portal's state, it buys nothing.
        var callback = await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01");
        foreach (var verifier in new[] { null, new string('v', 43) })
        {
            Dictionary<string, string> form = new(StringComparer.Ordinal)
            {
                ["grant_type"] = "authorization_code", ["code"] = QueryHelpers.ParseQuery(callback.Query)["code"].ToString(), ["client_id"] = "portal", ["client_secret"] = "the secret of portal",
                ["redirect_uri"] = $"{portal.Options.Origin}{OpenIdOptions.CallbackPath}",
            };
            if (verifier is not null) form["code_verifier"] = verifier;
            using var content = new FormUrlEncodedContent(form);
            using var answer = await browser.Http.PostAsync(new Uri(provider.Issuer, "/token"), content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("invalid_grant", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_that_was_changed_or_is_anothers_lets_nobody_in()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        var callback = await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01");
        using var stranger = portal.Browser();
        await RefusedAsync(stranger, callback, SignInProblem.Lost);
        await RefusedAsync(browser, With(callback, "state", QueryHelpers.ParseQuery(callback.Query)["state"].ToString()[..^4] + "AAAA"), SignInProblem.Lost);
        await RefusedAsync(browser, With(callback, "state", null), SignInProblem.Lost);
        await RefusedAsync(browser, new(browser.Url(OpenIdOptions.CallbackPath), ""), SignInProblem.Lost);
        await RefusedAsync(browser, With(callback, "iss", "https://other.example"), SignInProblem.NotBelieved);
        await RefusedAsync(browser, With(callback, "code", "made-up"), SignInProblem.NotBelieved);
        // Tried once, that state is over.
        await RefusedAsync(browser, callback, SignInProblem.Lost);

        var sentence = await browser.ReadAsync("/sign-in?problem=Lost");
        Assert.Contains("Recommencez", sentence, StringComparison.Ordinal);
        using var english = new HttpRequestMessage(HttpMethod.Get, browser.Url("/sign-in?problem=%3Cscript%3E"));
        english.Headers.Add("Accept-Language", "en");
        using var told = await browser.Http.SendAsync(english);
        Assert.Contains("answer is not valid", await told.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_with_another_nonce_or_that_was_tampered_with_lets_nobody_in()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        var authorization = With(await browser.LeaveForProviderAsync(), "nonce", "another");
        await RefusedAsync(browser, await browser.LogInAsync(authorization, "student01"), SignInProblem.NotBelieved);
        foreach (Func<string, string> tamper in new Func<string, string>[]
        {
            token => Payload(token, claims => claims["sub"] = "admin1"),
            token => Payload(token, claims => claims["groups"] = new JsonArray("iaas-admins")),
            token => "eyJhbGciOiJub25lIn0." + token.Split('.')[1] + ".",
            token => token[..^8] + "AAAAAAAA",
            _ => "",
        })
        {
            provider.Change = (path, body) => path == "/token" ? Change(body, "id_token", tamper) : body;
            await RefusedAsync(browser, await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01"), SignInProblem.NotBelieved);
        }

        // What is told besides the token must be of the same person.
        provider.Change = (path, body) => path == "/me" ? Change(body, "sub", _ => "admin1") : body;
        await RefusedAsync(browser, await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01"), SignInProblem.NotBelieved);
        provider.Change = (path, body) => path == "/me" ? Change(body, "preferred_username", _ => "a b") : body;
        await RefusedAsync(browser, await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01"), SignInProblem.NoLogin);
        provider.Change = null;
        Assert.Equal("/", await browser.SignInAsync("student01"));
    }

    [Fact]
    public async Task Whoever_declines_is_told_and_keeps_where_they_wanted_to_go()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        var callback = await browser.LogInAsync(await browser.LeaveForProviderAsync("/seats/s0"), "student01", consents: false);
        var told = await browser.ComeBackAsync(callback);
        Assert.Equal("/sign-in?problem=Declined&return=%2Fseats%2Fs0", told);
        var page = await browser.ReadAsync(told);
        Assert.Contains("annulée ou refusée", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/sign-in?return=%2Fseats%2Fs0\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_told_and_found_again()
    {
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        Assert.Contains("ne répond pas", await browser.ReadAsync("/sign-in", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        await browser.ReadAsync("/");
        await provider.StartAsync();
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                using var answer = await browser.GetAsync("/sign-in");
                // The first that finds it goes to where it says, not to where it was thought to be.
                if (answer.StatusCode == HttpStatusCode.Found) Assert.StartsWith($"{provider.Issuer}auth?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
                return answer.StatusCode == HttpStatusCode.Found;
            },
            () => Task.FromResult("It is not asked again."));
        // Gone while somebody is there: they are told, and can try again.
        var callback = await browser.LogInAsync(await browser.LeaveForProviderAsync(), "student01");
        await provider.CloseAsync();
        await RefusedAsync(browser, callback, SignInProblem.Away);
        await provider.OpenAsync();
        Assert.Equal("/", await browser.SignInAsync("student01"));
    }

    [Fact]
    public async Task Whoever_signs_in_where_somebody_left_is_asked_who_they_are()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        Assert.Equal("/", await browser.SignInAsync("student01"));
        Assert.Equal(0, await QuestionsAsync());
        using var left = await browser.PostAsync("/leave", [], ("Origin", portal.Options.Origin));
        Assert.Equal("/?left=1", left.Headers.Location?.OriginalString);
        // The provider still knows student01, and leads whoever wants to that out as well.
        Assert.Contains($"href=\"{provider.Issuer}session/end?client_id=portal\"", await browser.ReadAsync("/?left=1"), StringComparison.Ordinal);
        Assert.NotEqual(0, await QuestionsAsync());
        Assert.Contains("(student01)", await browser.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Equal(0, await QuestionsAsync());
        // A student's link, opened after somebody who did not leave.
        await browser.OpenAsync(portal.Links.PathFor("teacher1", new HashSet<SiteRole>(), DateTimeOffset.UtcNow.AddMinutes(5)));
        Assert.NotEqual(0, await QuestionsAsync());

        async Task<int> QuestionsAsync()
        {
            var before = Count();
            Assert.Equal("/", await browser.SignInAsync("student01"));
            return Count() - before;
        }

        int Count() => provider.Asked.Count(path => path.StartsWith("/interaction/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_portal_that_restarts_knows_who_is_on_the_way_and_who_is_there()
    {
        await provider.StartAsync();
        var portal = await StartPortalAsync();
        using var there = portal.Browser();
        using var onTheWay = portal.Browser();
        Assert.Equal("/", await there.SignInAsync("teacher1"));
        var callback = await onTheWay.LogInAsync(await onTheWay.LeaveForProviderAsync(), "student01");
        await portal.DisposeAsync();
        await using var restarted = await StartPortalAsync();
        Assert.Equal("/", await onTheWay.ComeBackAsync(callback));
        Assert.Contains("(teacher1)", await there.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_keys_of_the_provider_are_asked_for_when_a_token_needs_them()
    {
        await provider.StartAsync();
        await using var portal = await StartPortalAsync();
        using var browser = portal.Browser();
        Assert.Equal("/", await browser.SignInAsync("student01"));
        var asked = provider.Asked.Count(path => path == "/jwks");
        Assert.Equal("/", await browser.SignInAsync("student01"));
        Assert.Equal(asked, provider.Asked.Count(path => path == "/jwks"));
        await provider.RestartAsync();
        using var another = portal.Browser();
        // Keys are read no more often than each two seconds.
        await ClusterFixture.EventuallyAsync(async () => await another.SignInAsync("student01") == "/", () => Task.FromResult("The new keys are not asked for."));
        Assert.True(provider.Asked.Count(path => path == "/jwks") > asked);
    }

    private static async Task RefusedAsync(PortalBrowser browser, Uri callback, SignInProblem problem)
    {
        Assert.Equal($"/sign-in?problem={problem}", await browser.ComeBackAsync(callback));
        Assert.DoesNotContain(browser.Cookies.GetCookies(browser.Url("/")), cookie => cookie.Name == "mesonet");
        Assert.DoesNotContain("/leave", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }

    private static Uri With(Uri address, string name, string? value)
    {
        var query = QueryHelpers.ParseQuery(address.Query).Where(pair => pair.Key != name).ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString(), StringComparer.Ordinal);
        if (value is not null) query[name] = value;
        return new(QueryHelpers.AddQueryString(address.GetLeftPart(UriPartial.Path), query));
    }

    private static string Change(string json, string member, Func<string, string> change)
    {
        var read = JsonNode.Parse(json)!;
        if (read[member] is { } value) read[member] = change(value.GetValue<string>());
        return read.ToJsonString();
    }

    private static string Payload(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        change(claims);
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }

    private Task<RealPortal> StartPortalAsync(string client = "portal") => RealPortal.StartAsync(
        cluster,
        options => options with
        {
            OpenId = new()
            {
                Authority = provider.Issuer, ClientId = client, ClientSecret = $"the secret of {client}", Scope = "openid profile groups",
                Roles = [(SiteRole.Administrator, "iaas-admins"), (SiteRole.Teacher, "teachers")],
            },
        },
        address);
}
