namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>What the provider sent is not believed, or cannot be used. The message is for the log: whoever signs in is told less.</summary>
internal sealed class OpenIdException(string message, SignInProblem problem = SignInProblem.NotBelieved) : Exception(message)
{
    /// <summary>What whoever signs in is told.</summary>
    public SignInProblem Problem => problem;
}
