using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>Why somebody could not sign in.</summary>
internal enum SignInProblem
{
    /// <summary>The provider does not answer.</summary>
    Away,

    /// <summary>They, or the provider, said no.</summary>
    Declined,

    /// <summary>It took too long, was begun in another browser, or is opened a second time.</summary>
    Lost,

    /// <summary>What the provider sent does not hold.</summary>
    NotBelieved,

    /// <summary>The provider did not say who they are in a way that a roster could.</summary>
    NoLogin,
}

/// <summary>The same in sentences.</summary>
internal static class SignInSentences
{
    /// <summary>The sentence, and what to do.</summary>
    public static string Of(SignInProblem problem, Language language) => problem switch
    {
        SignInProblem.Away => language.Say(
            "Le service d’identification de votre établissement ne répond pas. Réessayez dans quelques minutes\u00a0; un lien d’invitation fonctionne toujours.",
            "Your institution’s sign-in service does not answer. Try again in some minutes; an invitation link still works."),
        SignInProblem.Declined => language.Say(
            "La connexion a été annulée ou refusée. Rien n’a été transmis\u00a0; vous pouvez réessayer.", "Signing in was cancelled or refused. Nothing was handed over; you can try again."),
        SignInProblem.Lost => language.Say(
            "Cette connexion a été commencée il y a trop longtemps, ou dans un autre navigateur. Recommencez.", "This sign-in was begun too long ago, or in another browser. Start again."),
        SignInProblem.NoLogin => language.Say(
            "Votre établissement n’a pas transmis d’identifiant utilisable ici. Signalez-le à l’administrateur du site.", "Your institution handed over no login that can be used here. Tell the site’s administrator."),
        _ => language.Say(
            "La réponse du service d’identification n’est pas valable. Réessayez\u00a0; si cela continue, signalez-le à l’administrateur du site.",
            "The sign-in service’s answer is not valid. Try again; if it goes on, tell the site’s administrator."),
    };
}
