using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages;

/// <summary>On to the provider; a page only where something is in the way.</summary>
internal sealed class SignInModel(PortalOptions options, IServiceProvider services) : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public string Sentence { get; private set; } = "";

    public string TryAgainPath { get; private set; } = "/sign-in";

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = "return")] string? returnPath, string? problem)
    {
        if (options.OpenId is null) return NotFound();
        Response.Headers.CacheControl = "no-store";
        (Language, TryAgainPath) = (Languages.Of(Request), OpenIdSignIn.PathOf(returnPath));
        if (problem is not null)
        {
            Sentence = SignInSentences.Of(Enum.TryParse<SignInProblem>(problem, out var told) ? told : SignInProblem.NotBelieved, Language);
            return Page();
        }

        if (await services.GetRequiredService<ProviderDiscovery>().FindAsync() is not null) return Challenge(new AuthenticationProperties { RedirectUri = OpenIdSignIn.ReturnPath(returnPath) }, OpenIdSignIn.Scheme);
        Sentence = SignInSentences.Of(SignInProblem.Away, Language);
        Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Page();
    }
}
