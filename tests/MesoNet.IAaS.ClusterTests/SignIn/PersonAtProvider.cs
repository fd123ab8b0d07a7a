using System.Net;
using System.Text.RegularExpressions;
using MesoNet.IAaS.ClusterTests.PortalSafety;

namespace MesoNet.IAaS.ClusterTests.SignIn;

/// <summary>Somebody who signs in: what their browser asks for, step by step.</summary>
internal static partial class PersonAtProvider
{
    /// <summary>The address of the provider that the portal sends the browser to.</summary>
    public static async Task<Uri> LeaveForProviderAsync(this PortalBrowser browser, string? returnPath = null) =>
        new(await browser.RedirectOfAsync(returnPath is null ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(returnPath)}"));

    /// <summary>Logs in at the provider and consents; the address at the portal that it sends the browser back to.</summary>
    public static async Task<Uri> LogInAsync(this PortalBrowser browser, Uri authorization, string login, bool consents = true)
    {
        var at = authorization;
        for (var steps = 0; steps < 12; steps++)
        {
            using var answer = await browser.Http.GetAsync(at);
            if (answer.Headers.Location is not { } location)
            {
                at = await AnswerPageAsync(browser, at, await answer.Content.ReadAsStringAsync(), login, consents);
                continue;
            }

            at = new(at, location);
            if (at.AbsolutePath == "/sign-in/callback") return at;
        }

        throw new InvalidOperationException("The provider does not send the browser back.");
    }

    /// <summary>All of it; where the portal leads in the end.</summary>
    public static async Task<string> SignInAsync(this PortalBrowser browser, string login, string? returnPath = null) =>
        await browser.ComeBackAsync(await browser.LogInAsync(await browser.LeaveForProviderAsync(returnPath), login));

    /// <summary>Comes back to the portal; where that leads.</summary>
    public static async Task<string> ComeBackAsync(this PortalBrowser browser, Uri callback)
    {
        using var answer = await browser.Http.GetAsync(callback);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<Uri> AnswerPageAsync(PortalBrowser browser, Uri page, string html, string login, bool consents)
    {
        if (Prompt().Match(html) is not { Success: true } prompt) throw new InvalidOperationException($"The provider shows no form:\n{html}");
        if (prompt.Groups["name"].Value == "consent" && !consents) return new(page, new Uri(page.AbsolutePath + "/abort", UriKind.Relative));
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["prompt"] = prompt.Groups["name"].Value, ["login"] = login, ["password"] = "any" });
        using var answer = await browser.Http.PostAsync(page, content);
        return new(page, answer.Headers.Location ?? throw new InvalidOperationException(await answer.Content.ReadAsStringAsync()));
    }

    [GeneratedRegex("name=\"prompt\" value=\"(?<name>[a-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Prompt();
}
