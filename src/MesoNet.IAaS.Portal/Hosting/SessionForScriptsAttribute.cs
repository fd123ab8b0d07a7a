using MesoNet.IAaS.Portal.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>
/// A script that asks in the name of nobody gets 401, not the page that people are led to: htmx would put that into the middle of a form. It is told before
/// the form's token is looked at, which was somebody's and so is refused as well.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SessionForScriptsAttribute : Attribute, IAuthorizationFilter, IOrderedFilter
{
    // The framework's own filter for the token has 1000.
    int IOrderedFilter.Order => 0;

    /// <summary>Whether a request is htmx's, or one of our own scripts'.</summary>
    public static bool IsOfScript(HttpRequest request) => request.Headers.ContainsKey("HX-Request");

    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        if (IsOfScript(context.HttpContext.Request) && Sessions.VisitorOf(context.HttpContext.User) is null) context.Result = new StatusCodeResult(StatusCodes.Status401Unauthorized);
    }
}
